"""An exported encoder inside a training run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.encoders.exported import exported  # noqa: E402
from allears.export.onnx_files import set_metadata  # noqa: E402


def test_it_gives_what_the_network_gives(plain_folder: Path, tiny_model: Any, clips: list[np.ndarray]) -> None:
    encoder = exported(model=str(plain_folder), num_threads=1)
    counts = torch.tensor([len(clip) for clip in clips])
    audio = torch.zeros(len(clips), int(counts.max()) + 999)
    for row, clip in enumerate(clips):
        audio[row, : len(clip)] = torch.from_numpy(clip)
    with torch.no_grad():
        truth = tiny_model.encoder(audio, counts)
    hidden = encoder(audio, counts)
    assert hidden.num_frames.tolist() == truth.num_frames.tolist() == encoder.num_frames(counts).tolist()
    for row, frames in enumerate(hidden.num_frames.tolist()):
        torch.testing.assert_close(hidden.layers[:, row, :frames], truth.layers[:, row, :frames], atol=1e-4, rtol=1e-4)
        assert (hidden.layers[:, row, frames:] == 0).all()
    assert (encoder.dim, encoder.num_layers) == (tiny_model.encoder.dim, tiny_model.encoder.num_layers)
    assert (encoder.frame_shift_s, encoder.tail_s) == (0.02, 1.0)
    assert not list(encoder.parameters())


def test_without_lengths_every_clip_fills_the_batch(plain_folder: Path, clips: list[np.ndarray]) -> None:
    encoder = exported(model=str(plain_folder), num_threads=1)
    audio = torch.from_numpy(clips[0])[None]
    assert encoder(audio).num_frames.tolist() == encoder.num_frames(torch.tensor([len(clips[0])])).tolist()


def test_what_is_no_model_folder_is_refused(plain_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no exported encoder at"):
        exported(model=str(tmp_path))
    shutil.copy(plain_folder / "speech.onnx", tmp_path / "encoder.onnx")
    with pytest.raises(ValueError, match="not of allears"):
        exported(model=str(tmp_path))
    set_metadata(tmp_path / "encoder.onnx", {"allears": "{}"})
    with pytest.raises(ValueError, match="not an allears model spec"):
        exported(model=str(tmp_path))


def test_the_last_layer_alone_is_the_last_of_all(plain_folder: Path, clips: list[np.ndarray], tmp_path: Path) -> None:
    audio = torch.from_numpy(clips[0])[None]
    whole, last = (
        exported(model=str(plain_folder), num_threads=1, cache=str(tmp_path), only_last=is_last)
        for is_last in (False, True)
    )
    for _ in range(2):  # the second time from the cache, each from its own
        every, one = whole(audio).layers, last(audio).layers
        assert one.shape[0] == last.num_layers == 1 and every.shape[0] == whole.num_layers > 1
        torch.testing.assert_close(one[0], every[-1], atol=2e-3, rtol=2e-3)
