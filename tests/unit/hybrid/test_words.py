"""GMM-HMM of words said alone."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from allears.hybrid.train_words import WordOptions, train_words
from allears.hybrid.words import WordModel
from tests.unit.hybrid.conftest import sound

pytest.importorskip("hmmlearn")
OPTIONS = WordOptions(num_states=4, num_bells=2, num_rounds=3)
WORDS = ("cad", "deb", "ace")


def _clips(num: int, seed: int) -> dict[str, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    return {word: [sound([word], rng)[0] for _ in range(num)] for word in WORDS}


@pytest.fixture(scope="module")
def model() -> WordModel:
    return train_words(_clips(8, 0), OPTIONS)


def test_it_tells_words_apart(model: WordModel) -> None:
    for word, clips in _clips(5, 1).items():
        for clip in clips:
            assert model.words[int(model.log_likelihoods(clip).argmax())] == word


def test_likelihoods_are_those_of_hmmlearn(model: WordModel) -> None:
    from hmmlearn.hmm import GMMHMM

    theirs = GMMHMM(4, 2, covariance_type="diag", init_params="")
    with np.errstate(divide="ignore"):
        theirs.startprob_ = np.eye(4)[0]
        theirs.transmat_ = np.diag(np.exp(model.stay[0])) + np.diag(np.exp(model.move[0][:-1]), 1)
        theirs.weights_, theirs.means_, theirs.covars_ = model.weights[0], model.means[0], model.variances[0]
        theirs.n_features = 39
        clip = _clips(1, 2)["ace"][0].astype(float)
        assert model.log_likelihoods(clip)[0] == pytest.approx(theirs.score(clip), rel=1e-6)


def test_a_clip_of_nothing_still_has_an_answer(model: WordModel) -> None:
    choice = model.classify(np.zeros(100, np.float32))
    assert choice.label in WORDS
    assert sum(choice.probabilities.values()) == pytest.approx(1)


def test_what_is_written_is_read(model: WordModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = WordModel.load(tmp_path)
    clip = _clips(1, 3)["cad"][0]
    np.testing.assert_array_equal(again.log_likelihoods(clip), model.log_likelihoods(clip))


def test_clips_that_are_too_short_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    clips = _clips(4, 0)
    clips["ace"].append(clips["ace"][0][:3])
    with caplog.at_level(logging.WARNING):
        train_words(clips, OPTIONS)
    assert "'ace': 1 of 5 clips are left out" in caplog.text


def test_a_word_without_a_clip_is_an_error() -> None:
    with pytest.raises(ValueError, match="no clip of 'a' has 4 frames"):
        train_words({"a": [np.zeros((2, 39))], "b": [np.zeros((2, 39))]}, OPTIONS)
    with pytest.raises(ValueError, match="two words or more"):
        train_words({"a": []}, OPTIONS)
