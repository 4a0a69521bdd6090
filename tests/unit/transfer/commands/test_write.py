"""A copy of the shipped model with its own head again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from allears.export.graphs import HeadGraph
from allears.runtime.checksums import read_sums
from allears.runtime.model_folder import ModelFolder
from allears.transfer.commands import write
from allears.transfer.from_onnx import spelling_head


@pytest.fixture
def shipped() -> tuple[ModelFolder, HeadGraph]:
    folder = ModelFolder(None)
    spec = folder.spec
    return folder, spelling_head(folder.path / "ctc.onnx", spec.task("ctc"), spec.num_layers, spec.dim)


def test_all_else_is_copied(shipped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, graph = shipped
    monkeypatch.setattr(write, "write_network", lambda _, path, **options: path.write_bytes(b"head"))
    monkeypatch.setattr(write, "_compare", lambda *args: None)
    out = tmp_path / "new"
    write.write_with_head(folder, graph, folder.spec.task("ctc"), out, "# Note\n", np.zeros((7, 1, 9, 512), np.float32))
    before, after = read_sums(folder.path), read_sums(out)
    assert set(before) == set(after)
    assert [name for name in before if before[name] != after[name]] == ["ctc.onnx"]
    assert (out / "ADAPTED.md").read_text() == "# Note\n"
    assert ModelFolder(out).spec == folder.spec


def test_a_file_that_says_something_else_is_not_kept(shipped) -> None:
    folder, graph = shipped
    layers = np.random.default_rng(0).normal(0, 1, (folder.spec.num_layers, 1, 40, folder.spec.dim)).astype(np.float32)
    write._compare(graph, folder.path / "ctc.onnx", layers)
    with torch.no_grad():
        for parameter in graph.head.parameters():
            parameter.normal_()
    with pytest.raises(ValueError, match="are the network's"):
        write._compare(graph, folder.path / "ctc.onnx", layers)


@pytest.mark.slow
def test_the_head_is_exported_in_int8(shipped, tmp_path: Path) -> None:
    folder, graph = shipped
    layers = np.random.default_rng(0).normal(0, 1, (folder.spec.num_layers, 1, 40, folder.spec.dim)).astype(np.float32)
    write.write_with_head(folder, graph, folder.spec.task("ctc"), tmp_path / "new", "", layers)
    sizes = [(path / "ctc.onnx").stat().st_size for path in (folder.path, tmp_path / "new")]
    assert abs(sizes[0] - sizes[1]) < 0.1 * sizes[0]
