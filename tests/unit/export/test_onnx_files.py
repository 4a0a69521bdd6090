"""Exported graphs against the network, at several lengths.

Letters: S samples, L layers, T frames, D width, N tokens, P cached tokens.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch")

from allears.encoders.base import Hidden  # noqa: E402
from allears.export.graphs import HeadGraph  # noqa: E402
from allears.export.onnx_files import OPSET, export_head, set_metadata  # noqa: E402
from allears.parts.heads import RecurrentHead  # noqa: E402
from allears.sharing.hard import hard  # noqa: E402

PLACES = 1e-4
TASKS = ("speech", "language", "speaker")


def _open(folder: Path, name: str) -> ort.InferenceSession:
    return ort.InferenceSession(folder / name, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("num_samples", [400, 4_000, 16_000, 40_000, 77_777])
def test_encoder(plain_folder: Path, tiny_model: Any, num_samples: int) -> None:
    audio = 0.1 * torch.randn(1, num_samples)
    with torch.no_grad():
        truth = tiny_model.encoder(audio).layers.numpy()
    found = _open(plain_folder, "encoder.onnx").run(["layers"], {"audio": audio.numpy()})[0]
    np.testing.assert_allclose(found, truth, atol=PLACES, rtol=PLACES)


@pytest.mark.parametrize("num_frames", [2, 51, 103, 700])
@pytest.mark.parametrize("task", TASKS)
def test_heads(plain_folder: Path, tiny_model: Any, task: str, num_frames: int) -> None:
    layers = torch.randn(tiny_model.encoder.num_layers, 1, num_frames, tiny_model.encoder.dim)
    with torch.no_grad():
        features = tiny_model.sharing(Hidden(layers, None), [task])[task]
        truth = tiny_model.heads[task](features, torch.tensor([num_frames])).numpy()
    found = _open(plain_folder, f"{task}.onnx").run(["output"], {"layers": layers.numpy()})[0]
    np.testing.assert_allclose(found, truth, atol=PLACES, rtol=PLACES)


@pytest.mark.parametrize("num_frames", [2, 90, 400])
def test_decoder_with_its_cache(plain_folder: Path, tiny_model: Any, num_frames: int) -> None:
    """Step by step in ONNX: the logits of teacher forcing in torch, and attention that sums to 1 over the frames."""
    decoder, layers = tiny_model.heads["transcribe"].decoder, torch.randn(3, 1, num_frames, tiny_model.encoder.dim)
    tokens = torch.tensor([[50258, 50261, 50359, 50363, 300, 17, 4000]])
    with torch.no_grad():
        truth = decoder(tokens, layers[-1]).numpy()[0]
    cross_file, step_file = _open(plain_folder, "cross.onnx"), _open(plain_folder, "decoder.onnx")
    cross = dict(
        zip([o.name for o in cross_file.get_outputs()], cross_file.run(None, {"layers": layers.numpy()}), strict=True)
    )
    names = [o.name.removeprefix("next_") for o in step_file.get_outputs()[2:]]
    cache = {name: np.zeros((1, 2, 0, 32), np.float32) for name in names}
    logits = []
    for piece in ([0], [1, 2, 3], [4], [5], [6]):
        out = step_file.run(None, {"tokens": tokens.numpy()[:, piece], **cross, **cache})
        cache = dict(zip(names, out[2:], strict=True))
        logits.append(out[0][0])
        assert out[1].shape == (len(decoder.alignment_heads), len(piece), num_frames)
        np.testing.assert_allclose(out[1].sum(-1), 1.0, atol=1e-4)
    scale = truth.std()
    np.testing.assert_allclose(np.concatenate(logits) / scale, truth / scale, atol=PLACES, rtol=PLACES)
    assert cache[names[0]].shape == (1, 2, 7, 32)


def test_files_say_what_the_page_says(plain_folder: Path) -> None:
    for name in ("encoder.onnx", "speech.onnx", "cross.onnx", "decoder.onnx"):
        model = onnx.load(plain_folder / name)
        assert [o.version for o in model.opset_import if not o.domain] == [OPSET]
        assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    inputs = {name: _open(plain_folder, name).get_inputs()[0] for name in ("encoder.onnx", "speech.onnx")}
    assert (inputs["encoder.onnx"].name, inputs["speech.onnx"].name) == ("audio", "layers")
    assert isinstance(inputs["encoder.onnx"].shape[1], str) and isinstance(inputs["speech.onnx"].shape[2], str)


@pytest.mark.parametrize("num_frames", [2, 103, 400])
def test_a_head_of_lstms_takes_any_length(recurrent_file: Any, num_frames: int) -> None:
    path, graph = recurrent_file
    layers = torch.randn(3, 1, num_frames, 8)
    with torch.no_grad():
        truth = graph(layers).numpy()
    found = _open(path.parent, path.name).run(["output"], {"layers": layers.numpy()})[0]
    np.testing.assert_allclose(found, truth, atol=PLACES, rtol=PLACES)


@pytest.fixture(scope="module")
def recurrent_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    graph = HeadGraph(hard(reads={"ctc": "mix"}, dim=8, num_layers=3), RecurrentHead(8, 5, hidden=4).eval(), "ctc")
    path = tmp_path_factory.mktemp("recurrent") / "ctc.onnx"
    export_head(graph.eval(), 3, 8, path)
    return path, graph


def test_nothing_is_said_while_exporting(tmp_path: Path, capfd: Any, caplog: Any) -> None:
    class Head(torch.nn.Module):
        def forward(self, layers: torch.Tensor) -> torch.Tensor:
            return layers[-1].mean(dim=1)

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        export_head(Head(), 3, 8, tmp_path / "head.onnx")
    assert not heard
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]
    assert capfd.readouterr() == ("", "")


def test_metadata_is_added_to_what_is_there(tmp_path: Path, plain_folder: Path) -> None:
    path = tmp_path / "encoder.onnx"
    path.write_bytes((plain_folder / "speech.onnx").read_bytes())
    set_metadata(path, {"a": "1", "b": "2"})
    set_metadata(path, {"b": "ü"})
    props = {p.key: p.value for p in onnx.load(path).metadata_props}
    assert (props["a"], props["b"]) == ("1", "ü")
