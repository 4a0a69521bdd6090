"""A voice from text to sound, with the tiny model: length, times of words, speed, pitch, streams, refusals."""

from __future__ import annotations

import logging
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from allears import Voice
from allears.runtime.onnx_file import ModelError
from tests.unit.tiny_voice import FRAMES_A_PHONE, SPEC

FRAME_S = SPEC.frame_shift_s


def test_a_text_becomes_as_much_sound_as_it_has_phones(voice: Voice) -> None:
    said = voice.say("hello world.")
    (phonemes,) = voice.phonemes("hello world.")
    assert phonemes.phones == "həlˈO wˈɜɹld."
    assert len(said.audio) == (len(phonemes.phones) + 2) * FRAMES_A_PHONE * SPEC.hop_samples
    assert said.audio.dtype == np.float32
    assert 0.05 < np.abs(said.audio).max() <= 1
    assert said.sample_rate == voice.sample_rate == 24_000


def test_the_times_of_words_are_those_of_their_phones(voice: Voice) -> None:
    said = voice.say("hello world.")
    assert [word.text for word in said.words] == ["hello", "world"]
    phone_s = FRAMES_A_PHONE * FRAME_S
    assert said.words[0].start_s == pytest.approx(phone_s)
    assert said.words[0].end_s == pytest.approx(6 * phone_s)
    assert said.words[1].start_s == pytest.approx(7 * phone_s)  # the space between them is of neither
    assert said.words[1].end_s < said.duration_s


def test_the_same_text_is_the_same_sound(voice: Voice) -> None:
    np.testing.assert_array_equal(voice.say("hello").audio, voice.say("hello").audio)


def test_speed_changes_the_length_and_pitch_the_pitch(voice: Voice) -> None:
    usual, fast = voice.say("hello"), voice.say("hello", speed=2.0)
    assert len(fast.audio) * 2 == len(usual.audio)
    low, high = voice.say("A A A A"), voice.say("A A A A", pitch=12.0)
    assert _loudest_hz(high.audio) == pytest.approx(2 * _loudest_hz(low.audio), rel=0.05)


def _loudest_hz(audio: np.ndarray) -> float:
    middle = audio[4000:12000]
    powers = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    correlation = np.fft.irfft(powers**2)
    lags = np.arange(len(correlation) // 2)
    usable = (lags > 40) & (lags < 300)
    return 24_000 / float(lags[usable][np.argmax(correlation[: len(lags)][usable])])


def test_a_stream_is_what_say_says(voice: Voice) -> None:
    text = "hello world. The cat is two. Wait!"
    parts = list(voice.stream(text))
    assert len(parts) == 3
    np.testing.assert_array_equal(np.concatenate([part.audio for part in parts]), voice.say(text).audio)
    words = voice.say(text).words
    assert [word.text for word in words] == "hello world The cat is two Wait".split()
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(words))


def test_the_first_sentence_is_there_before_the_second_is_read(voice: Voice) -> None:
    parts = voice.stream("hello. X" + "x" * 79)
    assert next(parts).text == "hello."
    with pytest.raises(ValueError, match="80 letters"):
        next(parts)


def test_ssml_pauses_and_prosody_are_heard(voice: Voice) -> None:
    plain = voice.say("hello").duration_s
    assert voice.say('<speak>hello<break time="250ms"/></speak>', is_ssml=True).duration_s == pytest.approx(
        plain + 0.25
    )
    fast = voice.say('<speak><prosody rate="200%">hello</prosody></speak>', is_ssml=True)
    assert fast.duration_s == pytest.approx(plain / 2)
    given = voice.say('<speak><phoneme ph="kæt">xyz</phoneme></speak>', is_ssml=True)
    assert [word.text for word in given.words] == ["xyz"]
    assert voice.say('<speak><break time="1s"/></speak>', is_ssml=True).duration_s == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("", {}, "empty"),
        (" \n ", {}, "empty"),
        ("hi", {"voice": "zoe"}, "it has ann, ben, cat, dominique"),
        ("hi", {"dialect": "de-DE"}, "it has en-US, en-GB, fr-CA"),
        ("hi", {"speed": 0.4}, "speed must be 0.5 to 2"),
        ("hi", {"speed": float("nan")}, "speed must be 0.5 to 2"),
        ("hi", {"pitch": 13.0}, "pitch must be -12 to 12 semitones"),
        ("<speak>", {"is_ssml": True}, "line 1, column 8"),
        ('<speak><prosody rate="200%"><prosody rate="200%">a</prosody></prosody></speak>', {"is_ssml": True}, "speed"),
        ('<speak><phoneme ph="q5">a</phoneme></speak>', {"is_ssml": True}, "5 q, which the voice does not know"),
        ("你好", {}, "nothing in '你好' can be said in en-US"),
        ("...", {}, "nothing in"),
        ("x" * 51, {}, "a word of 51 letters"),
    ],
)
def test_what_cannot_be_said(voice: Voice, text: str, more: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        voice.say(text, **more)  # type: ignore[arg-type]


def test_what_is_left_out_is_told(voice: Voice, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        said = voice.say("hello 你好 world.")
    assert [word.text for word in said.words] == ["hello", "world"]
    assert "1 words cannot be said and were left out: 你好" in caplog.text


def test_a_file_that_was_changed_is_not_used(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    with open(copy / "vocoder.onnx", "ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match=r"vocoder\.onnx is damaged or was changed"):
        Voice(copy)
    (copy / "pronounce.onnx").unlink()
    shutil.copy(folder / "vocoder.onnx", copy)
    with pytest.raises(ModelError, match=r"pronounce\.onnx is missing"):
        Voice(copy)


def test_without_a_voice_it_says_what_to_give(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ALLEARS_VOICE_MODEL", raising=False)
    monkeypatch.setattr("allears.speaking.folder.DEFAULT_VOICE", tmp_path / "none")
    with pytest.raises(ModelError, match="--model FOLDER"):
        Voice()
    with pytest.raises(ModelError, match="there is no voice folder"):
        Voice(tmp_path / "other")
    monkeypatch.setenv("ALLEARS_VOICE_MODEL", str(tmp_path / "named"))
    with pytest.raises(ModelError, match="named"):
        Voice()


def test_the_users_own_words_are_said_as_they_sound(folder: Path, tmp_path: Path) -> None:
    from allears.personal.words import UserWord, WordStore

    WordStore(tmp_path / "words").add(UserWord("Szabó", ("sabo kat",)))
    (phonemes,) = Voice(folder, user_words=tmp_path).phonemes("hello Szabó")
    assert phonemes.phones == "həlˈO sæbɑ kæt."
