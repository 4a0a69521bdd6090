"""The classic encoder: sizes, padding, and which parts are frozen."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.encoders.crdnn import CrdnnEncoder, crdnn  # noqa: E402
from allears.transfer.freeze import freeze  # noqa: E402


def _encoder(**options: object) -> CrdnnEncoder:
    torch.manual_seed(0)
    return CrdnnEncoder(lstm_dim=8, channels=(2, 4), **options).eval()  # type: ignore[arg-type]


@torch.no_grad()
@pytest.mark.parametrize(("frame_ms", "frames"), [(20, 50), (40, 25)])
@pytest.mark.parametrize("features", ["log-mel", "mfcc"])
def test_a_clip_is_the_same_alone_and_beside_a_longer_one(frame_ms: int, frames: int, features: str) -> None:
    encoder, counts = _encoder(frame_ms=frame_ms, features=features), torch.tensor([16_000, 7_001])
    audio = 0.1 * torch.randn(2, 16_000)
    audio[1, 7_001:] = 0
    both = encoder(audio, counts)
    assert both.layers.shape == (3, 2, frames, encoder.dim) and encoder.dim == 16
    alone = encoder(audio[1:, :7_001]).layers
    torch.testing.assert_close(both.layers[:, 1:, : alone.shape[2]], alone, atol=1e-4, rtol=1e-4)


def test_the_classic_has_two_layers_of_states_in_both_directions() -> None:
    encoder = crdnn()
    assert [(lstm.hidden_size, lstm.bidirectional) for lstm in encoder.layers] == [(192, True)] * 2
    assert 2.0e6 < sum(p.numel() for p in encoder.parameters()) < 3.0e6


def test_other_clips_change_nothing_in_training_either() -> None:
    """No batch norm: without dropout, train mode is eval mode."""
    encoder = _encoder(dropout=0.0).train()
    audio = 0.1 * torch.randn(2, 4_000)
    both, alone = encoder(audio, torch.tensor([4_000, 4_000])).layers, encoder(audio[:1]).layers
    torch.testing.assert_close(both[:, :1], alone, atol=1e-5, rtol=1e-5)


def test_freezing_takes_the_lower_part() -> None:
    encoder = _encoder()
    assert freeze(encoder, "lower 1") > 0
    assert {name.rsplit(".", 1)[0] for name, p in encoder.named_parameters() if p.requires_grad} == {"layers.1"}


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="20 or 40, got 10"):
        crdnn(frame_ms=10)
    with pytest.raises(ValueError, match=r"two numbers, one a block, got \(8,\)"):
        crdnn(channels=(8,))
