"""Manifest fields to training targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.labels import ClassLabel, SpeechLabel, loud_frames  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402
from allears.vocabulary import base_language  # noqa: E402

RATE, FRAME = 16_000, 320
SHIFT_S = FRAME / RATE


def _bursts(total_s: float, *spans: tuple[float, float], level: float = 0.1, floor: float = 1e-4) -> np.ndarray:
    """Noise that is loud in the spans of seconds and quiet between."""
    rng = np.random.default_rng(0)
    time_s = np.arange(round(total_s * RATE)) / RATE
    gain = np.full(len(time_s), floor)
    for start, stop in spans:
        gain[(time_s >= start) & (time_s < stop)] = level
    return (gain * rng.standard_normal(len(time_s))).astype(np.float32)


def _frames(*spans: tuple[float, float], total_s: float) -> np.ndarray:
    out = np.zeros(round(total_s / SHIFT_S), bool)
    for start, stop in spans:
        out[round(start / SHIFT_S) : round(stop / SHIFT_S)] = True
    return out


def test_loud_frames_are_the_bursts() -> None:
    spans = ((0.4, 1.0), (1.6, 2.2))
    found = loud_frames(_bursts(3.0, *spans), FRAME, 150)
    np.testing.assert_array_equal(found, _frames(*spans, total_s=3.0))


def test_short_pauses_are_filled_and_clicks_are_dropped() -> None:
    audio = _bursts(3.0, (0.4, 1.0), (1.1, 1.6), (2.4, 2.44))
    np.testing.assert_array_equal(loud_frames(audio, FRAME, 150), _frames((0.4, 1.6), total_s=3.0))


def test_level_does_not_matter_but_silence_is_never_loud() -> None:
    spans = ((0.4, 1.0),)
    quiet = _bursts(2.0, *spans, level=0.004, floor=1e-5)
    np.testing.assert_array_equal(loud_frames(quiet, FRAME, 100), _frames(*spans, total_s=2.0))
    assert not loud_frames(np.zeros(RATE, np.float32), FRAME, 50).any()
    assert not loud_frames(_bursts(1.0, level=0.0, floor=1e-4), FRAME, 50).any(), "hiss at -80 dBFS"


def test_the_silent_tail_is_never_loud() -> None:
    found = loud_frames(_bursts(1.0, (0.0, 1.0)), FRAME, 100)
    assert found[:50].all() and not found[50:].any()


def test_classes() -> None:
    label = ClassLabel("language", ("de", "fr"), base_language)
    context = LabelContext(RATE, 50, SHIFT_S)
    assert label.encode({"language": "fr-CA"}, context) == 1
    assert label.encode({"language": "xx"}, context) is None
    assert label.encode({"text": "oui"}, context) is None
    assert label.collate([1, 0], 50).tolist() == [1, 0]


def _context(num_frames: int = 100, **more: object) -> LabelContext:
    return LabelContext(num_frames * FRAME, num_frames, SHIFT_S, **more)  # type: ignore[arg-type]


def test_noise_is_never_speech_and_speech_needs_a_field_that_says_so() -> None:
    label = SpeechLabel(RATE)
    loud = _bursts(1.0, (0.0, 1.0))
    noise = label.encode({"noise": "rain", "text": "so it says"}, _context(clean=loud))
    assert noise is not None and noise.sum() == 0
    assert label.encode({"language": "de"}, _context(clean=loud)) is None
    assert label.encode({"text": "hello"}, _context()) is None, "the clean clip was not kept"
    spoken = label.encode({"text": "hello"}, _context(clean=loud))
    assert spoken is not None and spoken.sum() == 50


@pytest.mark.parametrize(
    ("more", "frames"),
    [
        ({}, [(28, 48), (76, 80)]),
        ({"time_scale": 0.5, "speed": 2.0}, [(14, 24), (38, 40)]),
        ({"time_scale": 1.25, "speed": 0.8}, [(35, 60), (95, 100)]),
        ({"offset_s": 0.4}, [(48, 68), (96, 100)]),
        ({"time_scale": 0.5, "speed": 2.0, "offset_s": 0.4}, [(34, 44), (58, 60)]),  # scaled first, then moved
    ],
)
def test_who_speaks_when(tmp_path: Path, more: dict[str, float], frames: list[tuple[int, int]]) -> None:
    path = tmp_path / "a.rttm"
    path.write_text(
        "SPEAKER a 1 0.56 0.25 <NA> <NA> ann <NA> <NA>\n;; a remark\n\n"
        "SPEAKER a 1 0.60 0.36 <NA> <NA> bob <NA> <NA>\nSPEAKER a 1 1.52 0.08 <NA> <NA> ann <NA> <NA>\n"
    )
    found = SpeechLabel(RATE).encode({"rttm": str(path)}, _context(**more))
    assert found is not None
    expected = np.zeros(100)
    for start, stop in frames:
        expected[start:stop] = 1
    np.testing.assert_array_equal(found, expected)


def test_targets_of_a_batch_are_filled_up() -> None:
    batch = SpeechLabel(RATE).collate([np.ones(3, np.float32), np.ones(7, np.float32)], 5)
    assert batch.tolist() == [[1, 1, 1, 0, 0], [1] * 5]
