"""The encoder from scratch: sizes, gradients, export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from allears.encoders.cnn_bilstm import CnnBiLstmEncoder
from allears.export.onnx_files import export_encoder
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


def test_mfcc_instead_of_log_mel() -> None:
    encoder = CnnBiLstmEncoder(dim=16, lstm_dim=8, features="mfcc").eval()
    assert encoder.conv1.conv.in_channels == 39
    assert encoder(0.1 * torch.randn(1, 16_000)).layers.shape == (3, 1, 50, 16)
    with pytest.raises(ValueError, match="one of log-mel, mfcc, got 'plp'"):
        CnnBiLstmEncoder(features="plp")


def test_weights_of_older_runs_fit() -> None:
    """Names that checkpoints hold; the features are computed and have none."""
    names = {name.rsplit(".", 1)[0] for name in _encoder().state_dict()}
    layer = {f"layers.{i}.{part}" for i in range(2) for part in ("norm", "lstm", "project")}
    assert names == {"conv1.conv", "conv1.norm", "conv2.conv", "conv2.norm", "layer_norm"} | layer


@pytest.mark.slow
def test_mfcc_is_exported_with_any_length(tmp_path: Path) -> None:
    encoder, path = CnnBiLstmEncoder(dim=16, lstm_dim=8, depth=1, features="mfcc").eval(), tmp_path / "encoder.onnx"
    export_encoder(encoder, path)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    for num_samples in (1_600, 8_000, 12_345, 40_001):
        audio = 0.1 * torch.randn(1, num_samples)
        with torch.no_grad():
            ours = encoder(audio).layers.numpy()
        np.testing.assert_allclose(session.run(None, {"audio": audio.numpy()})[0], ours, atol=1e-4)
