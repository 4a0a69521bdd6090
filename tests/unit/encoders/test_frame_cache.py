"""The cache gives back what was computed, once, and only for the same samples and encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from allears.encoders.frame_cache import FrameCache


def _cache(tmp_path: Path, content: bytes = b"encoder") -> FrameCache:
    encoder = tmp_path / "encoder.onnx"
    encoder.write_bytes(content)
    return FrameCache(tmp_path / "cache", encoder)


def test_a_clip_is_computed_once(tmp_path: Path) -> None:
    calls: list[int] = []

    def compute(audio: np.ndarray) -> np.ndarray:
        calls.append(len(audio))
        return np.full((2, 3, 4), float(audio[0]), np.float32)

    clip, other = np.full(10, 0.5, np.float32), np.full(10, 0.25, np.float32)
    first = _cache(tmp_path).get(clip, compute)
    again = _cache(tmp_path).get(clip, compute)
    np.testing.assert_allclose(again, first, atol=1e-3)
    assert again.dtype == np.float32
    _cache(tmp_path).get(other, compute)
    assert calls == [10, 10]


def test_another_encoder_has_its_own_frames(tmp_path: Path) -> None:
    clip = np.ones(4, np.float32)
    _cache(tmp_path, b"one").get(clip, lambda _: np.zeros((1, 1, 1), np.float32))
    other = _cache(tmp_path, b"two").get(clip, lambda _: np.ones((1, 1, 1), np.float32))
    assert float(other[0, 0, 0]) == 1.0
