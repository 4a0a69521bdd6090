"""The encoder from scratch: sizes, gradients, export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch import Tensor, nn

from allears.encoders.cnn_bilstm import CnnBiLstmEncoder
from allears.transfer.freeze import freeze


def _encoder(frame_ms: int = 20) -> CnnBiLstmEncoder:
    torch.manual_seed(0)
    return CnnBiLstmEncoder(dim=16, lstm_dim=8, frame_ms=frame_ms).eval()


@pytest.mark.parametrize(("frame_ms", "frames"), [(20, 50), (40, 25)])
def test_frames_are_as_long_as_they_say(frame_ms: int, frames: int) -> None:
    encoder = _encoder(frame_ms)
    assert encoder.frame_shift_s == frame_ms / 1000
    assert encoder(torch.zeros(1, 16_000)).layers.shape == (3, 1, frames, 16)
    with pytest.raises(ValueError, match="20 or 40, got 30"):
        CnnBiLstmEncoder(frame_ms=30)


def test_every_frame_feels_the_clip_behind_and_before_it() -> None:
    encoder = _encoder()
    audio = (0.1 * torch.randn(1, 16_000)).requires_grad_()
    encoder(audio).layers[-1, 0, 25].sum().backward()
    assert audio.grad is not None
    assert audio.grad[0, :1000].abs().max() > 0
    assert audio.grad[0, -1000:].abs().max() > 0


def test_freezing_takes_the_lower_part() -> None:
    encoder = _encoder()
    assert freeze(encoder, "lower 1") > 0
    trained = {
        name.split(".")[0] + "." + name.split(".")[1] for name, p in encoder.named_parameters() if p.requires_grad
    }
    assert trained == {"layers.1", "layer_norm.weight", "layer_norm.bias"}


class _Layers(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, audio: Tensor) -> Tensor:
        layers: Tensor = self.encoder(audio).layers
        return layers


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_onnx_gives_the_same_at_several_lengths(tmp_path: Path) -> None:
    model, path = _Layers(_encoder()).eval(), tmp_path / "encoder.onnx"
    length = torch.export.Dim("samples", min=1600)
    program = torch.onnx.export(
        model,
        (torch.randn(1, 4_000),),
        dynamo=True,
        dynamic_shapes={"audio": {1: length}},
        input_names=["audio"],
        output_names=["layers"],
        verbose=False,
    )
    assert program is not None
    program.save(str(path))
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for num_samples in (1600, 8000, 12_345, 40_001):
        audio = 0.1 * torch.randn(1, num_samples)
        with torch.no_grad():
            ours = model(audio).numpy()
        (theirs,) = session.run(None, {"audio": audio.numpy()})
        np.testing.assert_allclose(theirs, ours, atol=1e-4)
