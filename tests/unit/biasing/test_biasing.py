"""What is expected follows from what was given, the text and its language."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.biasing.bias import Bias
from allears.biasing.biasing import Biasing
from allears.biasing.build import build_pack


def _worth(bias: Bias | None, text: str) -> float:
    assert bias is not None
    return bias.bonus(text)


def test_auto_takes_the_domain_of_the_text() -> None:
    biasing = Biasing(domain="auto")
    assert _worth(biasing.pick("Will it rain in Boston?", "en"), "rain forecast") > _worth(
        biasing.pick("Play the playlist", "en"), "rain forecast"
    )
    assert biasing.pick("Margaret looked at her brother and said nothing.", "en") is None
    assert biasing.choose("Will it rain?").label == "weather"


def test_hotwords_are_for_every_domain_and_none() -> None:
    biasing = Biasing({"Rihanna": 2.0}, "auto")
    for text in ("Will it rain?", "Margaret looked at her brother."):
        assert _worth(biasing.pick(text, "en"), "rihanna") > 5


def test_a_domain_of_another_language_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    biasing = Biasing(domain="weather")
    assert biasing.pick("Regnet es?", "de") is None
    assert biasing.pick("Und morgen?", "de") is None
    assert caplog.text.count("is not that of the domain 'weather', 'en'") == 1
    assert Biasing(["Ada"]).pick("Hallo", "de") is not None
    assert Biasing(["Ada"]).pick("你好", "zh") is None
    assert "written without spaces" in caplog.text


def test_a_pack_of_ones_own(tmp_path: Path) -> None:
    build_pack("cinema", ["the projector hums"]).save(tmp_path / "c.npz")
    assert _worth(Biasing(domain=tmp_path / "c.npz").pick("x", "en"), "the projector") > 0


def test_a_domain_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="unknown domain 'sport'"):
        Biasing(domain="sport")
