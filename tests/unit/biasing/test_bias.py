"""Bonuses and proposals."""

from __future__ import annotations

import pytest

from allears.biasing.bias import Bias
from allears.biasing.build import build_pack

PHRASES = {"Iggy Azalea": 1.0, "Iggy": 0.5, "Coldplay": 2.0}


def test_a_phrase_is_worth_its_letters_and_only_as_a_whole() -> None:
    bias = Bias(PHRASES, letter_nats=1.0)
    assert bias.bonus("play something by iggy azalea") == pytest.approx(10.0)
    assert bias.bonus("play iggy pop and coldplay") == pytest.approx(2.0 + 16.0)
    assert bias.bonus("play azalea") == bias.bonus("") == 0.0


def test_proposals_are_written_as_given_and_worth_more() -> None:
    bias = Bias(PHRASES, letter_nats=1.0)
    found = {(p.start, p.end, p.written): p.gain for p in bias.propose("play iggy a zalia and cold play".split())}
    assert found[1, 4, "Iggy Azalea"] == pytest.approx(10.0 - 2.0), "the bonus of Iggy alone is lost"
    assert found[5, 7, "Coldplay"] == pytest.approx(16.0)
    assert all(gain > 0 for gain in found.values())
    assert bias.propose(["umbrella"]) == []


def test_a_pack_proposes_words_that_fit_their_neighbours() -> None:
    texts = ["what is the rain forecast"] * 3 + ["will it rain today", "the main road"]
    bias = Bias({}, build_pack("weather", texts), ngram_weight=0.5)
    heard = "what is the main forecast".split()
    assert "rain" in {p.written for p in bias.propose(heard) if (p.start, p.end) == (3, 4)}
    assert bias.bonus("what is the rain forecast") > bias.bonus("what is the main forecast")
    assert "main" not in {p.written for p in bias.propose("what is the rain forecast".split())}
