"""Word and phone times by a DNN-HMM."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from allears.decode import Timeline
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.phone_times import align_phones
from allears.hybrid.phones import PhoneModel
from tests.unit.hybrid.conftest import LEXICON, PAUSE, PHONE, sound

pytest.importorskip("sklearn")
AUDIO = np.zeros(16_000, np.float32)


def _hears(*words: str):
    frames, spans = sound(words, np.random.default_rng(4))
    return lambda audio: (frames, frames), spans


def test_words_and_phones_are_where_they_were_said(model: PhoneModel) -> None:
    listen, spans = _hears("cad", "deb")
    result = align_phones(AUDIO, "Cad -- deb!", model, listen)
    assert [word.text for word in result.words] == ["Cad", "deb!"]
    times = [(word.start_s, word.end_s) for word in result.words]
    np.testing.assert_allclose(times, 0.01 * np.array(spans), atol=0.011)
    phones = result.answers["phones"]
    assert isinstance(phones, Timeline)
    assert [span.label for span in phones.spans] == ["C", "A", "D", "D", "E", "B"]
    starts = [span.start_s for span in phones.spans]
    np.testing.assert_allclose(starts, 0.01 * (PAUSE + PHONE * np.arange(6)), atol=0.011)
    assert min(word.probability for word in result.words) > 0.2


def test_a_word_nobody_can_say_gets_what_is_left(model: PhoneModel, caplog: pytest.LogCaptureFixture) -> None:
    listen, spans = _hears("cad", "ace", "deb")
    with caplog.at_level(logging.WARNING):
        result = align_phones(AUDIO, "cad 42 deb", model, listen)
    times = [(word.start_s, word.end_s) for word in result.words]
    np.testing.assert_allclose(times, 0.01 * np.array(spans), atol=0.04)
    assert result.words[1].probability == 0
    assert "1 of 3 words cannot be said and get what the words beside them leave: '42'" in caplog.text


def test_the_lexicon_that_is_given_is_used(model: PhoneModel) -> None:
    listen, _ = _hears("cad")
    result = align_phones(AUDIO, "kaad", model, listen, lexicon=LEXICON.with_more(Lexicon({"kaad": [("C", "A", "D")]})))
    assert [span.label for span in result.answers["phones"].spans] == ["C", "A", "D"]
