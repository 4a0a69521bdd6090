"""Every encoder there is: exported it gives the same, a clip is the same alone, and its lower part can be frozen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from allears.encoders import ENCODERS
from allears.export.onnx_files import export_encoder
from allears.transfer.freeze import freeze
from contracts.options import build, clips_for

TRAINABLE = [name for name in ENCODERS if name != "exported"]  # that one is a file of the exporter already


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


@torch.no_grad()
@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINABLE)
def test_exported_with_any_length_it_gives_the_same(name: str, tmp_path: Path) -> None:
    encoder = build(name, ENCODERS[name]).eval()
    export_encoder(encoder, tmp_path / "encoder.onnx")
    session = ort.InferenceSession(tmp_path / "encoder.onnx", providers=["CPUExecutionProvider"])
    for num_samples in (800, 1_600, 8_000, 12_345, 40_001):
        audio, _ = clips_for(encoder, (num_samples,))
        (found,) = session.run(["layers"], {"audio": audio.numpy()})
        np.testing.assert_allclose(found, encoder(audio).layers.numpy(), atol=1e-4, rtol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("name", list(ENCODERS))
def test_a_clip_is_the_same_alone_and_beside_a_longer_one(name: str) -> None:
    encoder = build(name, ENCODERS[name]).eval()
    audio, counts = clips_for(encoder, (8_000, 5_555, 500))
    both = encoder(audio, counts)
    for row, count in enumerate(counts.tolist()):
        alone = encoder(audio[row : row + 1, :count]).layers[:, 0]
        assert alone.shape[1] == both.num_frames[row]
        torch.testing.assert_close(both.layers[:, row, : alone.shape[1]], alone, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", TRAINABLE)
def test_its_lower_part_can_be_frozen_and_is_then_out_of_the_graph(name: str) -> None:
    encoder = build(name, ENCODERS[name]).train()
    assert 0 < freeze(encoder, "conv") < freeze(encoder, "lower 1")
    audio, counts = clips_for(encoder, (2_000,))
    layers = encoder(audio, counts).layers
    layers[-1].square().sum().backward()
    assert any(p.grad is not None for p in encoder.parameters())
    assert all((p.grad is not None) is p.requires_grad for p in encoder.parameters())
    assert torch.equal(layers[:2], encoder(audio, counts).layers[:2])  # no dropout below
