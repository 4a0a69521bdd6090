"""A user's words become what a session expects, and a change is known at the next clip."""

from __future__ import annotations

import numpy as np

from allears.biasing import Biasing
from allears.personal import CorrectionStore, Lexicon, OwnWords, Rule, UserWord, WordStore


def test_words_and_corrections_are_read_again_when_they_change() -> None:
    own = OwnWords()
    first = own.now()
    assert first == Lexicon()
    WordStore().add(UserWord("Bencze"))
    second = own.now()
    assert second.weights() == {"Bencze": 1.0}
    assert own.now() is second, "nothing changed, so nothing is read"
    CorrectionStore().add(np.zeros(160, np.float32), "call Xzybrt", "call exhibit", language="en")
    assert own.now().weights() == {"Bencze": 1.0, "Xzybrt": 1.0}
    WordStore().remove("bencze")
    assert own.now().weights() == {"Xzybrt": 1.0}


def test_words_of_a_voice_are_hers_alone() -> None:
    lexicon = Lexicon((UserWord("Ann"), UserWord("Bencze", voice="id1"), UserWord("Ann", ("annh",), "id1", 2.0)))
    assert lexicon.has_voices
    assert lexicon.weights() == lexicon.weights("id2") == {"Ann": 1.0}
    assert lexicon.weights("id1") == {"Ann": 2.0, "Bencze": 1.0, "annh": 2.0}
    assert (lexicon.rules_for(), lexicon.rules_for("id1")) == ((), (Rule("annh", "Ann"),))


def test_what_the_session_expects_goes_before() -> None:
    lexicon = Lexicon((UserWord("Gurgaon", weight=2.0),))
    given = Biasing(["Gurgaon"], "news")
    both = lexicon.expected(given)
    assert both is not None and both is not given
    bias = both.pick("to gurgaon", "en")
    assert bias is not None
    assert bias.bonus("gurgaon") == given.pick("", "en").bonus("gurgaon")  # type: ignore[union-attr]
    assert Lexicon().expected(given) is given
    assert Lexicon().expected(None) is None


def test_what_it_sounds_like_is_expected_and_written_right() -> None:
    lexicon = Lexicon((UserWord("Csíkszereda", ("cheek sereda", "CSÍKSZEREDA")),), rules=(Rule("a b", "c", "en", 2),))
    bias = lexicon.expected(None).pick("", "en")  # type: ignore[union-attr]
    assert bias is not None
    assert "cheek sereda" in [p.written for p in bias.propose("we go to cheek sarada today".split())]
    assert bias.propose("we go to the sea today".split()) == []
    assert lexicon.rules_for() == (Rule("a b", "c", "en", 2), Rule("cheek sereda", "Csíkszereda"))
