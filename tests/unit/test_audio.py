"""Audio of every kind becomes mono at 16 kHz."""

import io
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.audio import SAMPLE_RATE, AudioError, load_clip, open_audio, read_audio
from allears.data.manifest import Clip


def sine(rate: int, seconds: float = 1.0, hz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


def write(path: Path, samples: np.ndarray, rate: int = SAMPLE_RATE, **options: str) -> Path:
    soundfile.write(path, samples, rate, **options)
    return path


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000, 192_000])
def test_any_rate_becomes_16_khz(tmp_path: Path, rate: int) -> None:
    audio = read_audio(write(tmp_path / "a.wav", sine(rate), rate))
    assert audio.dtype == np.float32
    assert audio.shape == (SAMPLE_RATE,)
    middle = slice(800, -800)  # filters ring at the edges
    assert np.abs(audio[middle] - sine(SAMPLE_RATE)[middle]).max() < 2e-3


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_formats_of_libsndfile(tmp_path: Path, ending: str) -> None:
    audio = read_audio(write(tmp_path / f"a.{ending}", sine(SAMPLE_RATE)))
    assert len(audio) == SAMPLE_RATE
    assert np.sqrt(np.mean(audio**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize("size", [1, 160, 7_777, 10**6])
def test_reading_in_pieces_gives_the_same(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "a.wav", sine(22_050, 0.4 if size == 1 else 2.5), 22_050)
    with open_audio(path) as stream:
        pieces = []
        while len(piece := stream.read(size)):
            assert len(piece) <= size
            pieces.append(piece)
    assert all(len(piece) == size for piece in pieces[:-1])
    assert np.array_equal(np.concatenate(pieces), read_audio(path))


def test_channels_are_averaged(tmp_path: Path) -> None:
    left, right = sine(SAMPLE_RATE), sine(SAMPLE_RATE, hz=1000.0)
    audio = read_audio(write(tmp_path / "a.wav", np.stack([left, right], axis=1), subtype="FLOAT"))
    assert np.allclose(audio, (left + right) / 2, atol=1e-6)


@pytest.mark.parametrize("dead", [0.0, 0.25])
def test_a_dead_channel_does_not_halve_the_level(tmp_path: Path, dead: float) -> None:
    left = sine(SAMPLE_RATE, 3.0)
    audio = read_audio(write(tmp_path / "a.wav", np.stack([left, np.full_like(left, dead)], axis=1), subtype="FLOAT"))
    assert np.allclose(audio, left, atol=1e-6)


def test_a_channel_counts_from_the_second_it_carries_something() -> None:
    left, right = sine(SAMPLE_RATE, 4.0), sine(SAMPLE_RATE, 4.0, hz=1000.0)
    right[: 2 * SAMPLE_RATE] = 0.0
    right[3 * SAMPLE_RATE :] = 0.0  # once it counts, it counts
    audio = open_audio(np.stack([left, right], axis=1)).read_all()
    at = 2 * SAMPLE_RATE
    assert np.allclose(audio[:at], left[:at], atol=1e-6)
    assert np.allclose(audio[at:], (left[at:] + right[at:]) / 2, atol=1e-6)


def test_channels_that_are_all_silent_are_silence() -> None:
    assert not open_audio(np.zeros((1600, 4), np.float32)).read_all().any()


@pytest.mark.parametrize(
    ("dtype", "scale", "centre"),
    [("int16", 2**15, 0), ("int32", 2**31, 0), ("uint8", 2**7, 2**7), ("int8", 2**7, 0), ("float64", 1, 0)],
)
def test_arrays_of_every_pcm_type(dtype: str, scale: int, centre: int) -> None:
    wave = sine(SAMPLE_RATE).astype(np.float64)
    audio = open_audio((wave * scale * 0.99 + centre).astype(dtype)).read_all()
    assert audio.dtype == np.float32
    assert np.allclose(audio, wave * 0.99, atol=1.5 / min(scale, 2**15) if scale > 1 else 1e-6)


def test_eight_channels_at_192_khz() -> None:
    audio = open_audio(np.repeat(sine(192_000)[:, None], 8, axis=1), sample_rate=192_000).read_all()
    assert audio.shape == (SAMPLE_RATE,)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 16_000), np.float32), "transpose"),
        (np.zeros((2, 3, 4), np.float32), "shape"),
        (np.zeros(100, complex), "complex128"),
        (np.array(["a"]), "give float samples"),
        (np.zeros(0, np.float32), "no samples"),
        (np.zeros((0, 2), np.int16), "no samples"),
    ],
)
def test_arrays_that_are_no_audio(array: np.ndarray, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        open_audio(array)


@pytest.mark.parametrize("rate", [0, -16_000, 10**9])
def test_impossible_rates(rate: int) -> None:
    with pytest.raises(AudioError, match="samples a second"):
        open_audio(np.zeros(100, np.float32), sample_rate=rate)


def test_a_rate_for_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="leave it out"):
        open_audio(write(tmp_path / "a.wav", sine(8_000), 8_000), sample_rate=8_000)


def test_an_open_file_stays_open(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", sine(SAMPLE_RATE))
    with open(path, "rb") as file:
        with open_audio(file) as stream:
            assert stream.name == str(path)
            assert len(stream.read_all()) == SAMPLE_RATE
        assert not file.closed


def test_bytes_in_memory_and_pipes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", sine(SAMPLE_RATE))
    with open_audio(io.BytesIO(path.read_bytes())) as stream:
        assert len(stream.read_all()) == SAMPLE_RATE
    copy = [sys.executable, "-c", "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())", str(path)]
    with subprocess.Popen(copy, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        with open_audio(process.stdout) as stream:
            assert len(stream.read_all()) == SAMPLE_RATE


def test_duration_is_known_before_reading(tmp_path: Path) -> None:
    with open_audio(write(tmp_path / "a.wav", sine(8_000, 2.5), 8_000)) as stream:
        assert stream.duration_s == 2.5


def test_a_stretch_of_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.arange(16_000, dtype=np.int16))
    audio = read_audio(path, start_s=0.25, duration_s=0.5) * 2**15
    assert np.array_equal(audio, np.arange(4_000, 12_000))
    with pytest.raises(AudioError, match=r"no samples after 5\.00 s"):
        read_audio(path, start_s=5.0)


@pytest.mark.parametrize(
    ("start_s", "duration_s", "expected_s"),
    [(0.0, None, 4.0), (0.0, 3.9, 4.0), (0.0, 4.2, 4.0), (0.0, 1.0, 1.0), (1.0, 1.5, 1.5), (3.0, None, 1.0)],
)
def test_load_clip_honours_start_and_length(
    tmp_path: Path, start_s: float, duration_s: float | None, expected_s: float
) -> None:
    path = write(tmp_path / "a.wav", sine(SAMPLE_RATE, 4.0))
    assert len(load_clip(Clip("a", path, start_s, duration_s))) == round(expected_s * SAMPLE_RATE)


def test_m4a_through_av(tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="the extra allears[av] is not installed")
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100, layout="stereo")
        samples = np.repeat((sine(44_100, 2.0) * 32767).astype(np.int16), 2)[None, :]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = 44_100
        container.mux([*stream.encode(frame), *stream.encode(None)])
    audio = read_audio(path)
    assert len(audio) / SAMPLE_RATE == pytest.approx(2.0, abs=0.1)
    assert np.sqrt(np.mean(audio**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)
    assert len(read_audio(path, start_s=1.5)) / SAMPLE_RATE == pytest.approx(0.5, abs=0.1)
    with open(path, "rb") as file, open_audio(file) as opened:
        assert np.array_equal(opened.read_all(), audio)


def test_an_end_before_the_promised_one_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "a.flac", np.random.default_rng(0).normal(0, 0.1, 5 * SAMPLE_RATE))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING):
        audio = read_audio(path)
    assert SAMPLE_RATE < len(audio) < 3 * SAMPLE_RATE
    assert "the rest is not heard" in caplog.text
