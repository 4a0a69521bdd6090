"""A head that was exported is the same head again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from allears.export.graphs import HeadGraph
from allears.export.onnx_files import export_head
from allears.parts.spelling import Body, SpellingHead
from allears.runtime.model_folder import ModelFolder
from allears.sharing.branch import branch
from allears.sharing.hard import hard
from allears.spec import Resolution, TaskSpec
from allears.tasks.ctc import ctc
from allears.transfer.branches import branch_options, sharing_section
from allears.transfer.exported_weights import exported_weights
from allears.transfer.from_onnx import spelling_head

LAYERS, DIM = 3, 8
NAMES = ("", "\u2581", "a", "b")
TASK = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, NAMES, "ctc.onnx")


def graph_of(body: Body, per_frame: int = 1) -> HeadGraph:
    torch.manual_seed(1)
    sharing = hard(reads={"ctc": "mix"}, dim=DIM, num_layers=LAYERS)
    head = SpellingHead(DIM, len(NAMES), per_frame=per_frame, body=body, hidden=8)
    graph = HeadGraph(sharing, head, "ctc").eval()
    for parameter in graph.parameters():  # as training leaves them: the exporter keeps equal ones once
        torch.nn.init.normal_(parameter, std=0.3)
    return graph


@pytest.mark.parametrize(
    ("body", "per_frame"),
    [pytest.param("linear", 2, marks=pytest.mark.slow), ("conv", 1), pytest.param("lstm", 1, marks=pytest.mark.slow)],
)
def test_there_and_back(body: Body, per_frame: int, tmp_path: Path) -> None:
    graph, path = graph_of(body, per_frame), tmp_path / "ctc.onnx"
    export_head(graph, LAYERS, DIM, path)
    back = spelling_head(path, TASK, LAYERS, DIM)
    layers = torch.randn(LAYERS, 1, 11, DIM)
    with torch.no_grad():
        assert torch.allclose(back(layers), graph(layers), atol=1e-5)
    assert not back.training


def test_a_readout_begins_as_the_one_in_a_file(tmp_path: Path) -> None:
    graph, path = graph_of("readout"), tmp_path / "ctc.onnx"
    graph.sharing = hard(reads={"ctc": "last"}, dim=DIM, num_layers=LAYERS)
    export_head(graph, LAYERS, DIM, path)
    layers = torch.randn(LAYERS, 1, 11, DIM)
    task = ctc(pieces=["\u2581a", "b", "c"], body="readout", hidden=8, decoder=str(path))
    back = HeadGraph(graph.sharing, task.head(DIM), "ctc").eval()
    with torch.no_grad():
        assert torch.allclose(back(layers), graph(layers), atol=1e-5)
    with pytest.raises(ValueError, match=r"is no readout of 2 units like this one"):
        ctc(pieces=["\u2581a", "b"], body="readout", hidden=8, decoder=str(path)).head(DIM)


def test_a_head_with_a_branch_comes_back(tmp_path: Path) -> None:
    torch.manual_seed(1)
    sharing = branch(reads={"ctc": "mix"}, dim=DIM, num_layers=LAYERS, at=0, num_heads=1, hidden_dim=4)
    graph = HeadGraph(sharing, SpellingHead(DIM, len(NAMES), body="conv", hidden=8), "ctc").eval()
    for parameter in graph.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    path, layers = tmp_path / "ctc.onnx", torch.randn(LAYERS, 1, 11, DIM)
    export_head(graph, LAYERS, DIM, path)
    back = spelling_head(path, TASK, LAYERS, DIM)
    with torch.no_grad():
        assert torch.allclose(back(layers), graph(layers), atol=1e-5)
    own = branch_options(exported_weights(path), "ctc", LAYERS, DIM)
    assert own == {"at": 0, "tasks": ["ctc"], "num_heads": 1, "hidden_dim": 4}
    assert sharing_section({"ctc": own}) == {"kind": "branch", **own}
    with pytest.raises(ValueError, match="different shapes"):
        sharing_section({"ctc": own, "other": {**own, "at": 1}})


def test_the_head_that_ships_comes_back_from_int8() -> None:
    folder = ModelFolder(None)
    path, spec = folder.path / "ctc.onnx", folder.spec
    graph = spelling_head(path, spec.task("ctc"), spec.num_layers, spec.dim)
    layers = np.random.default_rng(0).normal(0, 1, (spec.num_layers, 1, 60, spec.dim)).astype(np.float32)
    written = ort.InferenceSession(str(path)).run(["output"], {"layers": layers})[0]
    with torch.no_grad():
        ours = graph(torch.from_numpy(layers)).numpy()
    assert ours.shape == written.shape
    assert np.abs(ours - written).mean() < 0.05 * written.std()  # what is left is the rounding of activations
    assert (ours.argmax(-1) == written.argmax(-1)).mean() > 0.95


def test_another_head_is_refused() -> None:
    folder = ModelFolder(None)
    with pytest.raises(ValueError, match=r"does not fit|is no head that spells|for 29 units"):
        spelling_head(folder.path / "gender.onnx", folder.spec.task("ctc"), 7, 512)
    with pytest.raises(ValueError, match="does not fit"):
        spelling_head(folder.path / "ctc.onnx", folder.spec.task("ctc"), 7, 256)


def test_the_layers_weights_sum_to_one() -> None:
    weights = exported_weights(ModelFolder(None).path / "letters.onnx")
    assert weights["layers"].sum() == pytest.approx(1.0, abs=1e-4)
