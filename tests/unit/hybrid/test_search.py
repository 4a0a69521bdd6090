"""Words out of scores."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from allears.hybrid.bigram import Bigram
from allears.hybrid.chain import walk
from allears.hybrid.phones import PhoneModel
from allears.hybrid.search import SearchOptions, Vocabulary, search
from tests.unit.hybrid.conftest import LEXICON, sound, spoken

pytest.importorskip("sklearn")
WORDS = tuple(LEXICON.to_dict())


def test_it_hears_what_was_said_and_when(model: PhoneModel) -> None:
    vocabulary = Vocabulary(WORDS, model, LEXICON, Bigram.loop(len(WORDS)), SearchOptions(weight=1.0))
    for utterance, spans in spoken(8, 5):
        said, _ = search(model.scores(utterance.high), vocabulary)
        assert tuple(word.text for word in said) == utterance.words
        starts = [word.start_s - 0.01 * first for word, (first, _) in zip(said, spans, strict=True)]
        ends = [word.end_s - 0.01 * stop for word, (_, stop) in zip(said, spans, strict=True)]
        assert np.abs([*starts, *ends]).max() <= 0.021


def test_no_sentence_scores_more_than_the_one_found(model: PhoneModel) -> None:
    bigram = Bigram.loop(len(WORDS))
    vocabulary = Vocabulary(WORDS, model, LEXICON, bigram, SearchOptions(weight=2.0, bonus=1.0))
    utterance = spoken(3, 6)[-1][0]
    scores = model.scores(utterance.high)
    _, best = search(scores, vocabulary)
    alike = 2.0 * -np.log(len(WORDS) + 1)
    for words in [*((a,) for a in WORDS), *((a, b) for a in WORDS for b in WORDS), utterance.words]:
        laid, _ = model.lay_out(words)
        if (~laid.chain.is_optional).sum() > len(scores):
            continue
        path, total = walk(scores, laid.chain)
        leave = laid.chain.move[path[-1]]  # the search counts leaving the last state, the walk ends in it
        assert (total + leave + alike * (len(words) + 1) + len(words)) / len(scores) <= best + 1e-6


def test_one_word_a_clip(model: PhoneModel) -> None:
    vocabulary = Vocabulary(WORDS, model, LEXICON, Bigram.one_word(len(WORDS)))
    for utterance, _ in spoken(6, 9):
        assert len(search(model.scores(utterance.high), vocabulary)[0]) == 1


def test_a_bigram_that_forbids_is_obeyed(model: PhoneModel) -> None:
    never = {("ab", "cad")}
    base = Bigram.loop(len(WORDS))
    matrix = base.matrix(WORDS)
    matrix[1 + WORDS.index("ab"), WORDS.index("cad")] = -np.inf

    class Forbids(Bigram):
        def matrix(self, words: tuple[str, ...]) -> np.ndarray:
            return matrix

    vocabulary = Vocabulary(WORDS, model, LEXICON, Forbids(lambda word, before: 0.0))
    rng = np.random.default_rng(0)
    frames, _ = sound(["ab", "cad"], rng)
    said = [word.text for word in search(model.scores(frames), vocabulary)[0]]
    assert not never & set(itertools.pairwise(said))
    assert said


def test_words_that_cannot_be_said_are_named(model: PhoneModel) -> None:
    lexicon = LEXICON.of([*WORDS, "zoo"])
    vocabulary = Vocabulary([*WORDS, "zoo"], model, lexicon, Bigram.loop(6))
    assert vocabulary.unsayable == ["zoo"]
    with pytest.raises(ValueError, match="no word of the vocabulary can be said"):
        Vocabulary(["zoo"], model, lexicon, Bigram.loop(1))
