"""A DNN-HMM from sound and text alone."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from allears.hybrid.chain import walk
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.phones import PhoneModel
from allears.hybrid.training import PhoneOptions, Utterance, train_phones
from tests.unit.hybrid.conftest import LEXICON, PHONE, spoken

pytest.importorskip("sklearn")


def test_it_finds_the_words_that_nobody_marked(model: PhoneModel) -> None:
    apart = []
    for utterance, spans in spoken(10, 1):
        laid, unsaid = model.lay_out(utterance.words)
        assert not unsaid
        path, _ = walk(model.scores(utterance.high), laid.chain)
        for number, (first, stop) in enumerate(spans):
            frames = np.flatnonzero(laid.words[path] == number)
            apart += [abs(frames[0] - first), abs(frames[-1] + 1 - stop)]
    assert np.mean(apart) < 0.7  # frames


def test_states_stay_about_as_long_as_they_did(model: PhoneModel) -> None:
    frames = 1 / (1 - np.exp(model.stay[:-1]))  # a geometric stay
    np.testing.assert_allclose(frames.reshape(-1, 3).sum(axis=1), PHONE, rtol=0.2)


def test_the_same_seed_gives_the_same_model(model: PhoneModel) -> None:
    options = PhoneOptions(num_rounds=1, num_networks=1, num_hidden=4, num_epochs=1)
    given = [one for one, _ in spoken(4, 0)]
    one, two = (train_phones(given, LEXICON, features="mfcc", options=options) for _ in range(2))
    np.testing.assert_array_equal(one.network.out, two.network.out)


def test_clips_that_cannot_teach_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    good, _ = spoken(1, 0)[0]
    short = Utterance(good.low[:4], good.high[:4], good.words)
    mute = Utterance(good.low, good.high, ())
    options = PhoneOptions(num_rounds=1, num_networks=1, num_hidden=4, num_epochs=1)
    with caplog.at_level(logging.WARNING):
        train_phones([good, short, mute], LEXICON, features="mfcc", options=options)
    assert "2 of 3 clips are left out: 1 have no words" in caplog.text


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="no word to learn from"):
        train_phones([], Lexicon({}), features="mfcc")
