"""One run on tones and sentences: both branches learn, the listener is exported as a head, the reader as a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="a model is trained for it: install the extra `train`")

import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import soundfile  # noqa: E402

from allears.config.load import parse_recipe  # noqa: E402
from allears.encoders.base import Hidden  # noqa: E402
from allears.export.graphs import HeadGraph  # noqa: E402
from allears.export.onnx_files import export_head  # noqa: E402
from allears.train.checkpoint import load_model  # noqa: E402
from allears.train.run import run_recipe  # noqa: E402
from allears.understand import Reader  # noqa: E402
from allears.understand.learn import joint  # noqa: E402
from allears.understand.learn.joint import pack_joint  # noqa: E402
from allears.understand.pieces import SPECIALS  # noqa: E402

PLACES = ("rome", "paris")
DIM = 16


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Low tones say `go to rome`, high ones `stay`; every fourth says only its words; and sentences."""
    rows = []
    for i in range(16):
        hz = (300.0, 2_500.0)[i % 2]
        tone = 0.3 * np.sin(2 * np.pi * hz * np.arange(9_600) / 16_000)
        tone += 1e-3 * np.random.default_rng(i).normal(size=9_600)
        soundfile.write(folder / f"{i}.wav", tone.astype(np.float32), 16_000)
        text = ("to rome", "stay")[i % 2]
        labels = {} if i % 4 == 3 else {"intent": ("go", "stay")[i % 2], "slots": ({"city": "rome"}, {})[i % 2]}
        rows.append({"id": f"tone{i}", "audio": f"{i}.wav", "duration_s": 0.6, "text": text} | labels)
    for i in range(16):
        city = PLACES[i % 2]
        go = {"sentence": f"to {city}", "intent": "go", "slots": [{"slot": "city", "start": 3, "end": 3 + len(city)}]}
        sentence = (go, {"sentence": "stay", "intent": "stay", "slots": []})[i % 3 == 2]
        rows.append({"id": f"sentence{i}", "audio": "none.wav", "duration_s": 0.025} | sentence)
    return [row | {"split": "dev" if number % 16 > 13 else "train"} for number, row in enumerate(rows)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("joint")
    (folder / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in _rows(folder)))
    words = "".join(f"{piece}\n" for piece in (*SPECIALS, "to", "stay", *PLACES))
    (folder / "vocabulary.txt").write_text(words)
    sources = {split: [{"manifest": str(folder / "manifest.jsonl"), "split": split}] for split in ("train", "dev")}
    task = {
        "intents": {"from_field": "intent"}, "slots": {"from_field": "slots", "each": "slot"},
        "units": {"from_field": "text", "each": "character"}, "vocabulary": str(folder / "vocabulary.txt"),
        "reader_layers": 1, "reader_dim": 32, "hidden": 16, "body": "conv", "forget": 0.0,
    }  # fmt: skip
    recipe = parse_recipe({
        "name": "joint", "data": {**sources, "input": {"kind": "spoken-or-written"}, "max_clips": 8},
        "encoder": {"kind": "cnn-bilstm", "dim": DIM, "lstm_dim": DIM}, "tasks": {"understanding": task},
        "optim": {"num_steps": 60, "lr": 1e-2}, "evaluate": {"every_steps": 60}, "log_every_steps": 10,
        "checkpoint": {"every_steps": 60}, "device": "cpu",
    })  # fmt: skip
    run_recipe(recipe, folder / "run")
    return folder / "run"


def test_both_branches_learn(run: Path) -> None:
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    losses = [row["losses"]["understanding"] for row in rows if row["event"] == "train"]
    assert losses[-1] < 0.6 * losses[0]


def test_the_reader_is_exported(run: Path, tmp_path: Path) -> None:
    spec = pack_joint(run, tmp_path / "model", set_name="home")
    reader = Reader(tmp_path / "model")
    assert reader.spec == spec and spec.sets[0].intents == ("go", "stay")
    go, stay = reader.read("To Paris!"), reader.read("stay")
    assert (go.intent, go.values, stay.intent, stay.slots) == ("go", {"city": "Paris"}, "stay", ())
    assert go.is_in_scope and go.label_set == "home"


def test_what_is_out_of_scope_becomes_the_answer_about_scope() -> None:
    graph = joint._Graph(None, ("go", "oos", "stay"))
    scope, intents = graph.scope(torch.tensor([[1.0, 3.0, 2.0]]))
    assert intents.tolist() == [[1.0, 2.0]]
    torch.testing.assert_close(scope, torch.tensor([[3.0, float(np.logaddexp(1.0, 2.0))]]))
    nothing, all_of_them = joint._Graph(None, ("go", "stay")).scope(torch.tensor([[1.0, 2.0]]))
    assert nothing.tolist() == [[0.0, 0.0]] and all_of_them.tolist() == [[1.0, 2.0]]


def test_the_listener_is_exported_without_the_reader(run: Path, tmp_path: Path) -> None:
    model = load_model(run)
    path = tmp_path / "understanding.onnx"
    graph = HeadGraph(model.sharing, model.heads["understanding"], "understanding")
    export_head(graph, model.encoder.num_layers, DIM, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    layers = torch.randn(model.encoder.num_layers, 1, 31, DIM)
    features = model.sharing(Hidden(layers, None), ["understanding"])["understanding"]
    with torch.no_grad():
        ours = model.heads["understanding"](features, torch.tensor([31]))
    np.testing.assert_allclose(session.run(None, {"layers": layers.numpy()})[0], ours.numpy(), atol=1e-4)
    names = [one.name for one in onnx.load(path).graph.initializer]
    assert names and not any("reader" in name for name in names)


def test_a_run_without_the_task_is_said(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allears.understand.learn.joint.KIND", "another")
    with pytest.raises(ValueError, match="learned understanding, and none is of the kind 'another'"):
        pack_joint(run, tmp_path / "model")
