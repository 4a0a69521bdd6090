"""Bad input, one line of the specification a test, with the message a user sees."""

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.audio import AudioError
from allears.runtime.onnx_file import ModelError
from allears.runtime.session import Session

RATE = 16_000
Sounds = Callable[..., np.ndarray]


@pytest.fixture
def session(fake_model: Path, fake_decoder: type) -> Session:
    return Session(fake_model, num_threads=1)


def refused(session: Session, path: Path, message: str) -> None:
    with pytest.raises(AudioError, match=re.escape(message)) as caught:
        session.hear(path)
    assert isinstance(caught.value, ValueError)
    assert str(path) in str(caught.value)


def test_missing(session: Session, tmp_path: Path) -> None:
    refused(session, tmp_path / "no.wav", "no.wav does not exist: check the name and the folder")


def test_a_folder(session: Session, tmp_path: Path) -> None:
    refused(session, tmp_path, "is a folder: give an audio file in it")


def test_empty(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    refused(session, tmp_path / "a.wav", "a.wav is empty (0 bytes): record or copy it again")


def test_truncated_wav_gives_what_is_there(
    session: Session, sounds: Sounds, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, sounds(0.5, "low", 0.5, "low", 2.0), RATE)
    path.write_bytes(path.read_bytes()[: 44 + 2 * 2 * RATE])
    with caplog.at_level(logging.WARNING):
        result = session.hear(path)
    assert (result.text, result.duration_s) == ("low low", 2.0)
    assert "a.wav is truncated: 2.00 s are there, its header promises 4.00 s" in caplog.text


def test_truncated_flac_gives_what_is_there(
    session: Session, sounds: Sounds, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.flac"
    noise = np.random.default_rng(0).normal(0, 1e-3, 6 * RATE).astype(np.float32)
    soundfile.write(path, noise + np.r_[sounds(0.5, "low"), np.zeros(5 * RATE, np.float32)], RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING):
        result = session.hear(path)
    assert result.text == "low"
    assert 1.0 < result.duration_s < 5.0
    assert "a.flac is damaged after" in caplog.text


def test_cut_within_the_header(session: Session, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "whole.wav", np.zeros(100), RATE)
    path = tmp_path / "a.wav"
    path.write_bytes((tmp_path / "whole.wav").read_bytes()[:20])
    with pytest.raises(AudioError, match=r"a\.wav (cannot be read as audio|is not a sound WAV)"):
        session.hear(path)


def test_a_damaged_middle_keeps_the_beginning(
    session: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, np.random.default_rng(0).normal(0, 1e-3, 9 * RATE), RATE)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = b"\x55" * 3000
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        result = session.hear(path, tasks=["speech"])
    assert 1.0 < result.duration_s < 9.0
    assert "the rest is not heard" in caplog.text


def test_text_renamed_wav(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("Dear all,\nthe recording is attached. Grüße\n" * 30)
    refused(session, tmp_path / "a.wav", "holds text, not audio (it starts with b'Dear all,")


def test_random_bytes(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(np.random.default_rng(1).bytes(5000))
    with pytest.raises(AudioError, match=r"a\.wav (cannot be read as audio|is not a sound WAV)"):
        session.hear(tmp_path / "a.wav")


def test_a_format_that_needs_av(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allears.audio_av.import_av", lambda: None)
    (tmp_path / "a.m4a").write_bytes(b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00" + bytes(100))
    refused(session, tmp_path / "a.m4a", "or another format that needs FFmpeg: pip install 'allears[av]'")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinite_samples(session: Session, sounds: Sounds, tmp_path: Path, bad: float) -> None:
    samples = sounds("low", 2.0, "low")
    samples[[12_000, 12_001, 40_000]] = bad
    soundfile.write(tmp_path / "a.wav", samples, RATE, subtype="FLOAT")
    message = "3 of 48000 samples are NaN, infinite or beyond 2^20, the first at 0.75 s: mend what made them"
    refused(session, tmp_path / "a.wav", message)
    with pytest.raises(AudioError, match="array: 3 of 48000 samples are NaN"):
        session.hear(samples)


def test_zero_samples(session: Session, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0), RATE)
    refused(session, tmp_path / "a.wav", "has no samples (0 s to hear): record it again, or leave it out")


@pytest.mark.parametrize("num_samples", [1, 160])
def test_10_ms_and_less(session: Session, num_samples: int, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(num_samples, 0.001), RATE)
    result = session.hear(tmp_path / "a.wav")
    assert result.text == ""
    assert result.duration_s == num_samples / RATE


def test_one_channel_dead(session: Session, sounds: Sounds) -> None:
    left = sounds(0.5, "low", 0.5)
    both = session.hear(np.stack([left, np.zeros_like(left)], axis=1), tasks=["speech"])
    alone = session.hear(left, tasks=["speech"])
    assert np.array_equal(both.answers["speech"].probabilities, alone.answers["speech"].probabilities)


def test_8_channels_at_192_khz(session: Session, sounds: Sounds, tmp_path: Path) -> None:
    wave = np.repeat(np.repeat(sounds(0.5, "low", 0.5), 12)[:, None], 8, axis=1)
    soundfile.write(tmp_path / "a.wav", wave, 192_000)
    result = session.hear(tmp_path / "a.wav")
    assert (result.text, result.duration_s) == ("low", 1.5)


def test_6_hours_of_silence(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    size = 6 * 3600 * RATE * 2  # bytes
    soundfile.write(path, np.zeros(0, np.int16), RATE)
    header = path.read_bytes()
    path.write_bytes(header[:4] + (size + 36).to_bytes(4, "little") + header[8:40] + size.to_bytes(4, "little"))
    os.truncate(path, 44 + size)  # a sparse file: nothing is written
    result = session.hear(path)
    assert result.text == ""
    assert result.speech == ()
    assert result.duration_s == 6 * 3600


@pytest.mark.parametrize("name", ["two words.wav", "żółć 音声 🎤.wav", "-f.wav", "a'b\"c.flac", "%20.wav"])
def test_unicode_and_spaces_in_names(session: Session, sounds: Sounds, tmp_path: Path, name: str) -> None:
    soundfile.write(tmp_path / name, sounds(0.2, "low", 0.2), RATE)
    result = session.hear(tmp_path / name)
    assert (result.text, result.source) == ("low", str(tmp_path / name))


def test_unwritable_voices_folder(session: Session, sounds: Sounds, tmp_path: Path) -> None:
    from allears.runtime.voices import Voices

    (tmp_path / "file").touch()
    speaker = session.hear(sounds("low")).speaker
    assert speaker is not None
    with pytest.raises(OSError, match="file"):
        Voices.load(session.spec, tmp_path / "file" / "voices").enroll("Ann", [speaker])


@pytest.mark.parametrize("file", ["speech.onnx", "encoder.onnx", "decoder.onnx", "vocabulary.txt"])
def test_corrupted_model_file(own_model: Path, fake_decoder: type, file: str) -> None:
    data = bytearray((own_model / file).read_bytes())
    data[0 if file == "vocabulary.txt" else len(data) // 3] ^= 0xFF
    (own_model / file).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{file} is (damaged or was changed: its sha256 is|not an ONNX file)"):
        Session(own_model).load()


def test_a_model_file_is_missing(own_model: Path) -> None:
    (own_model / "speech.onnx").unlink()
    with pytest.raises(ModelError, match=r"speech\.onnx is missing: the model is incomplete"):
        Session(own_model).load(["speech"])


def test_no_model_folder(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"there is no model folder .*nowhere: give the folder that holds encoder\.onnx"
    ):
        Session(tmp_path / "nowhere")


def test_wrong_opset(
    own_model: Path, graph_of_opset: Callable[[Path, int], None], new_sums: Callable[[Path], None]
) -> None:
    graph_of_opset(own_model / "encoder.onnx", 99)
    new_sums(own_model)
    with pytest.raises(ModelError, match=r"ONNX opset that onnxruntime .* does not know: pip install -U onnxruntime"):
        Session(own_model).load(["speech"])


def test_a_network_with_other_names(
    own_model: Path, graph_of_opset: Callable[[Path, int], None], new_sums: Callable[[Path], None]
) -> None:
    graph_of_opset(own_model / "speech.onnx", 17)
    new_sums(own_model)
    with pytest.raises(
        ModelError, match=r"takes \['audio'\] and gives \['layers'\], but a network that takes 'layers'"
    ):
        Session(own_model).load(["speech"])
