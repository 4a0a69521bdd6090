"""What is frozen keeps its weights, hears without dropout, and keeps no activations."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from allears.encoders.base import Stages  # noqa: E402
from allears.encoders.cnn_bilstm import CnnBiLstmEncoder  # noqa: E402
from allears.encoders.whisper import WhisperEncoder  # noqa: E402
from allears.transfer.freeze import freeze  # noqa: E402


def test_the_count_is_true_and_the_rest_trains() -> None:
    encoder = WhisperEncoder(16, 3, 2)
    total = sum(p.numel() for p in encoder.parameters())
    frozen = freeze(encoder, "lower 2")
    assert frozen == total - sum(p.numel() for p in encoder.parameters() if p.requires_grad)
    assert [any(p.requires_grad for p in layer.parameters()) for layer in encoder.layers] == [False, False, True]
    assert freeze(WhisperEncoder(16, 3, 2), "none") == 0
    assert freeze(WhisperEncoder(16, 3, 2), "all") == total


def _kept_bytes(encoder: nn.Module) -> int:
    """Bytes of the activations that the backward pass of a batch needs."""
    weights, kept = {p.data_ptr() for p in encoder.parameters()}, {}

    def pack(tensor: Tensor) -> Tensor:
        if tensor.untyped_storage().data_ptr() not in weights:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        encoder(0.1 * torch.randn(2, 16_000), torch.tensor([16_000, 9_000]))
    return sum(kept.values())


def test_frozen_layers_keep_no_activations() -> None:
    whole, part = WhisperEncoder(16, 4, 2), WhisperEncoder(16, 4, 2)
    freeze(part, "lower 3")
    assert _kept_bytes(part) < 0.5 * _kept_bytes(whole)
    freeze(whole, "all")
    assert _kept_bytes(whole) == 0


def test_frozen_layers_hear_without_dropout_until_they_train_again() -> None:
    encoder = CnnBiLstmEncoder(dim=16, lstm_dim=8, dropout=0.5).train()
    freeze(encoder, "lower 1")
    audio, counts = 0.1 * torch.randn(1, 4_000), torch.tensor([4_000])
    first, second = encoder(audio, counts).layers, encoder(audio, counts).layers
    assert torch.equal(first[:2], second[:2]) and not torch.equal(first[2], second[2])
    encoder.requires_grad_(True).train()
    assert not torch.equal(encoder(audio, counts).layers[1], encoder(audio, counts).layers[1])


class _Named(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.ears, self.bridge, self.stack = nn.Linear(1, 2), nn.Linear(2, 3), nn.ModuleList([nn.Linear(3, 3)] * 2)

    def stages(self) -> Stages:
        return Stages((self.ears,), (self.bridge,), tuple(self.stack))


def test_an_encoder_may_say_which_its_stages_are() -> None:
    assert freeze(_Named(), "conv") == 4
    assert freeze(_Named(), "lower 0") == 4 + 9
    assert freeze(_Named(), "lower 1") == 4 + 9 + 12


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="lowest 3 layers: the encoder has 2"):
        freeze(_Named(), "lower 3")
    with pytest.raises(ValueError, match=r"cannot freeze 'conv'.*\(Linear\)"):
        freeze(nn.Linear(2, 2), "conv")
    with pytest.raises(ValueError, match="cannot freeze 'upper 1': use none, all, conv or 'lower N'"):
        freeze(_Named(), "upper 1")
