"""The Conformer: sizes, what a frame hears, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.encoders.conformer import ConformerEncoder, conformer  # noqa: E402


def _encoder(frame_ms: int = 40) -> ConformerEncoder:
    torch.manual_seed(0)
    return ConformerEncoder(dim=16, depth=2, num_heads=2, kernel=7, frame_ms=frame_ms).eval()


@torch.no_grad()
@pytest.mark.parametrize(("frame_ms", "frames"), [(20, 50), (40, 25)])
def test_a_clip_is_the_same_alone_and_beside_a_longer_one(frame_ms: int, frames: int) -> None:
    encoder, counts = _encoder(frame_ms), torch.tensor([16_000, 7_001])
    audio = 0.1 * torch.randn(2, 16_000)
    audio[1, 7_001:] = 0
    both = encoder(audio, counts)
    assert encoder.frame_shift_s == frame_ms / 1000
    assert both.layers.shape == (3, 2, frames, 16)
    alone = encoder(audio[1:, :7_001]).layers
    torch.testing.assert_close(both.layers[:, 1:, : alone.shape[2]], alone, atol=1e-4, rtol=1e-4)


def test_every_frame_feels_the_whole_clip() -> None:
    audio = (0.1 * torch.randn(1, 16_000)).requires_grad_()
    _encoder()(audio).layers[-1, 0, 12].square().sum().backward()
    assert audio.grad is not None
    assert audio.grad[0, :640].abs().max() > 0 and audio.grad[0, -640:].abs().max() > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frame_ms": 30}, "20 or 40, got 30"),
        ({"kernel": 32}, "kernel must be odd, got 32.*33"),
        ({"dim": 20, "num_heads": 4}, "a width of 20 leaves 4 heads no even share"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        conformer(**options)
