"""The n-gram is a distribution, prefers what it saw, and comes back from its arrays as it was."""

from __future__ import annotations

import math

import pytest

from allears.biasing.ngram import FLOOR, NGram

SENTENCES = [text.split() for text in ("play the song", "play the song", "play a song", "stop the music", "stop")]


@pytest.fixture(scope="module")
def ngram() -> NGram:
    return NGram.count(SENTENCES)


@pytest.mark.parametrize("context", [[], ["play"], ["play", "the"], ["never", "heard"], ["x", "play", "the"]])
def test_words_after_a_context_sum_to_one(ngram: NGram, context: list[str]) -> None:
    known = sum(math.exp(ngram.logprob(word, context)) for word in ngram.unigrams)
    unknown = math.exp(ngram.logprob("zebra", context)) * (50_000 - len(ngram.unigrams))
    assert known + unknown == pytest.approx(1.0, abs=1e-9)


def test_the_formula_by_hand(ngram: NGram) -> None:
    total, kinds = 13, 6  # words said; different ones: play the song a stop music
    one = (3 + kinds / 50_000) / (total + kinds)  # song
    two = (2 + 2 * one) / (3 + 2)  # after `the`: song, song, music
    three = (2 + 1 * two) / (2 + 1)  # after `play the`: song, song
    assert ngram.logprob("song", ["play", "the"]) == pytest.approx(math.log(three))


def test_what_was_seen_is_likelier(ngram: NGram) -> None:
    assert ngram.logprob("song", ["play", "the"]) > ngram.logprob("music", ["play", "the"]) > FLOOR
    assert ngram.logprob("zebra", ["play", "the"]) < FLOOR
    assert ngram.gain("play the song".split()) > ngram.gain("song the play".split()) > 0


def test_arrays(ngram: NGram) -> None:
    again = NGram.from_arrays(ngram.to_arrays())
    assert again.order == 3 and again.unigrams == ngram.unigrams
    assert again.gain(["stop", "the", "song"]) == ngram.gain(["stop", "the", "song"])
    single = NGram.count(SENTENCES, 1)
    assert NGram.from_arrays(single.to_arrays()).unigrams == ngram.unigrams
