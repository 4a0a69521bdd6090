"""Domains are told apart by their words."""

from __future__ import annotations

import pytest

from allears.biasing.build import build_pack
from allears.biasing.detect import Detector
from allears.biasing.pack import shipped


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Will it rain in Boston tomorrow?", "weather"),
        ("Add this song to my workout playlist.", "music"),
        ("Turn off the lights in the kitchen.", "home"),
        ("What are the latest headlines?", "news"),
        ("Send an email to my mother.", "other"),
        ("Margaret, said Mr. Hale, as he returned from showing his guest upstairs.", "other"),
        ("", "other"),
        ("qwxz brlph", "other"),
    ],
)
def test_those_that_ship(text: str, domain: str) -> None:
    choice = Detector(shipped().values()).choose(text)
    assert choice.label == domain
    assert choice.probability == choice.probabilities[domain] > 0.4
    assert sum(choice.probabilities.values()) == pytest.approx(1.0)


def test_the_size_of_a_domain_does_not_matter() -> None:
    small, large = build_pack("small", ["red green"]), build_pack("large", ["blue yellow"] * 1000)
    detector = Detector([small, large])
    assert detector.choose("red").probabilities["small"] == pytest.approx(
        detector.choose("blue").probabilities["large"]
    )
    assert detector.choose("orange").probability == pytest.approx(0.5)
