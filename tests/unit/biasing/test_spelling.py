"""What is written about alike is found, and nothing else."""

from __future__ import annotations

import pytest

from allears.biasing.spelling import Alike, folded

NAMES = ["coldplay", "xzibit", "rihanna", "iggy azalea", "weather", "martina mcbride", "play"]


@pytest.mark.parametrize(
    ("heard", "entry"),
    [
        ("cold play", "coldplay"),
        ("exhibit", "xzibit"),
        ("rianna", "rihanna"),
        ("iggy azaleah", "iggy azalea"),
        ("whether", "weather"),
        ("martin a mac bride", "martina mcbride"),
    ],
)
def test_the_nearest_is_first(heard: str, entry: str) -> None:
    found = Alike(NAMES).find(heard, 0.5)
    assert found[0][0] == entry
    assert 0.5 <= found[0][1] <= 1.0


def test_nothing_is_near() -> None:
    assert Alike(NAMES).find("umbrella stand", 0.6) == []
    assert Alike([]).find("coldplay", 0.0) == []
    assert Alike(NAMES).find("coldplay", 0.9) == [], "what is the same needs no proposal"


def test_letters_that_sound_alike() -> None:
    assert folded("Cold play") == folded("kold-plaay")
    assert folded("phone") == folded("fone")
