"""Keywords of one model, found in what its encoder heard."""

from __future__ import annotations

import numpy as np
import pytest

from allears.keywords import Keyword, Keywords, Tail
from tests.unit.keywords.conftest import DIRECTIONS, TableParts, audio_of, spec

PARTS = TableParts()
WORD = (4, 4, 2, 2, 21, 21, 5, 5, 17, 17, 9, 9)  # "c" twice, "a" twice, ...
TEMPLATE = DIRECTIONS[list(WORD)] / np.linalg.norm(DIRECTIONS[list(WORD)], axis=1, keepdims=True)
AROUND = (30, 33, 31, 38, 36, 35, 34, 39, 37, 32)
BY_EXAMPLE = Keyword("word", "table 1", (), (TEMPLATE,), 1)


def test_an_example_is_found_with_its_times() -> None:
    audio = audio_of(*AROUND, *WORD, *AROUND)
    layers = PARTS.encode(audio)
    (hit,) = Keywords([BY_EXAMPLE], spec()).find(layers, num_frames=PARTS.num_frames(len(audio)), start_s=10.0)
    assert (hit.keyword, hit.by) == ("word", "examples")
    assert hit.score == pytest.approx(1.0, abs=1e-4)
    assert hit.start_s == pytest.approx(10.2, abs=0.021), "the first of two equal frames may be left out"
    assert hit.end_s == pytest.approx(10.44, abs=0.021)
    assert hit.false_accepts_per_hour < 0.1


def test_another_word_is_not_found_unless_many_false_accepts_are_allowed() -> None:
    audio = audio_of(*AROUND, *WORD[::-1], *AROUND)
    keywords = Keywords([BY_EXAMPLE], spec())
    assert keywords.find(PARTS.encode(audio)) == ()
    assert keywords.find(PARTS.encode(audio), false_accepts_per_hour=1e9)


def test_a_spelling_is_found_by_the_ctc_head() -> None:
    letters = {letter: number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz", start=2)}
    said = [sound for letter in "cat" for sound in (letters[letter], 0)]
    audio = audio_of(0, 1, 0, *said, 1, 0)
    layers = PARTS.encode(audio)
    keywords = Keywords([Keyword("pet", "table 1", ("dog", "cat"))], spec())
    assert keywords.head == "ctc"
    (hit,) = keywords.find(layers, PARTS.head("ctc", layers), num_frames=PARTS.num_frames(len(audio)))
    assert (hit.keyword, hit.by, hit.score) == ("pet", "spelling", 0.0)
    assert (hit.start_s, hit.end_s) == (0.06, 0.16)
    with pytest.raises(ValueError, match="give the output of the head 'ctc'"):
        keywords.find(layers)


def test_the_silent_tail_is_not_listened_to() -> None:
    layers = PARTS.encode(audio_of(*AROUND, *WORD))
    assert Keywords([BY_EXAMPLE], spec()).find(layers, num_frames=12) == ()


def test_a_spelling_needs_a_ctc_head() -> None:
    with pytest.raises(ValueError, match="has no task 'ctc'"):
        Keywords([Keyword("cat", "table 1", ("cat",))], spec(ctc=False))


def test_the_users_own_background_comes_first() -> None:
    own = Keyword("word", "table 1", (), (TEMPLATE,), 1, 0.1, {"examples": Tail(2.0, 0.1, 1.0)})
    keywords = Keywords([own], spec())
    assert keywords.thresholds(own) == {"examples": pytest.approx(2.1)}
    assert keywords.find(PARTS.encode(audio_of(*AROUND, *WORD, *AROUND))) == ()
