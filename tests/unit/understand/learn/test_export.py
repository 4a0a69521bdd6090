"""The exported file says what the network says."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from allears.understand.learn import export
from allears.understand.learn.export import pack_understand
from allears.understand.learn.run import load_trained
from tests.unit.understand.conftest import Trained

TEXTS = ("stop", "play the jazz song", "light on in the kitchen hall moon")


@pytest.mark.parametrize(("kind", "tolerance"), [("model_fp32", 1e-4), ("model", 0.15)])
def test_onnx_is_torch(trained: Trained, kind: str, tolerance: float) -> None:
    """Largest difference in spreads of the network's output; int8 of width 16 is coarse."""
    model, _, pieces = load_trained(trained.run)
    network = onnxruntime.InferenceSession(str(getattr(trained, kind) / "understand.onnx"))
    names = [output.name for output in network.get_outputs()]
    assert names == list(model.tasks)
    for text in TEXTS:
        numbers = np.array([pieces.split(text.split()).numbers])
        found = network.run(names, {"pieces": numbers})
        with torch.no_grad():
            expected = model(torch.from_numpy(numbers), torch.tensor([numbers.shape[1]]))
        for name, got in zip(names, found, strict=True):
            want = expected[name].numpy()
            assert got.shape == want.shape
            assert np.abs(got - want).max() <= tolerance * max(1.0, want.std()), name


def test_a_folder_that_is_no_model_stays(tmp_path: Path, trained: Trained) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="is not a model folder"):
        pack_understand(*load_trained(trained.run), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_papers_stay_when_a_model_is_written_anew(
    tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy(graph: object, reader: object, outputs: object, path: Path, is_int8: bool) -> None:
        shutil.copy(trained.model / path.name, path)

    monkeypatch.setattr(export, "_write_network", copy)  # the exporter takes seconds
    parts, out = load_trained(trained.run), tmp_path / "model"
    pack_understand(*parts, out, is_int8=False)
    (out / "README.md").write_text("card")
    pack_understand(*parts, out, is_int8=False)
    assert sorted(file.name for file in out.iterdir()) == [
        "README.md", "SHA256SUMS", "understand.onnx", "vocabulary.txt",
    ]  # fmt: skip
