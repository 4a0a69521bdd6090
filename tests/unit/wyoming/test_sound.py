"""PCM of the usual kinds gives the same samples."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")

from allears.wyoming.sound import Format, chunks_of, format_of, samples_of

WAVE = np.array([0.0, 0.5, -0.5, 0.25], np.float32)


@pytest.mark.parametrize(
    ("width", "data"),
    [
        (1, (WAVE * 128 + 128).astype("u1")),
        (2, (WAVE * 2**15).astype("<i2")),
        (4, (WAVE * 2**31).astype("<i4")),
    ],
)
def test_any_width_is_read(width, data) -> None:
    assert samples_of(data.tobytes(), Format(16_000, width, 1)).tolist() == WAVE.tolist()


def test_channels_are_averaged() -> None:
    both = np.stack([WAVE, -WAVE / 2], axis=1)
    read = samples_of((both * 2**15).astype("<i2").tobytes(), Format(16_000, 2, 2))
    assert np.allclose(read, WAVE / 4, atol=1e-4)


def test_what_is_written_is_read_back() -> None:
    wave = np.sin(np.arange(5000) / 10).astype(np.float32)
    chunks = list(chunks_of(wave, 16_000))
    read = np.concatenate([samples_of(c.audio, Format(c.rate, c.width, c.channels)) for c in chunks])
    assert np.allclose(read, wave, atol=1e-4)
    assert [c.timestamp for c in chunks[:3]] == [0, 100, 200]


def test_a_format_that_nobody_has_is_refused() -> None:
    for wrong in ({"rate": 0}, {"width": 3}, {"channels": 0}, {"rate": "16000"}, {"rate": True}):
        with pytest.raises(ValueError, match="must be"):
            format_of({"rate": 16_000, "width": 2, "channels": 1, **wrong})
