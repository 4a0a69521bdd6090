"""recipes/base/twins.py: heads trained one by one on a frozen encoder end in one model folder."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("onnx", reason="needs the extra `train`")

import onnx

from allears import ModelSpec
from allears.config.clips import read_source
from allears.config.load import load_recipe, parse_recipe
from allears.report.twins import TwinRun
from allears.runtime.onnx_file import read_metadata
from allears.spec import METADATA_KEY
from tests.unit.compress.conftest import build
from tests.unit.transfer.small import write_clips

SCRIPT = Path(__file__).parents[3] / "recipes" / "base" / "twins.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("base_twins", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _recipe(manifest: Path, model: Path) -> dict[str, Any]:
    return {
        "name": "tones", "data": {"train": [{"manifest": str(manifest)}], "max_clips": 4}, "device": "cpu",
        "encoder": {"kind": "exported", "model": str(model), "num_threads": 1},
        "tasks": {"language": {"classes": {"from_field": "language"}, "hidden": 8}, "speech": {"hidden": 8}},
        "optim": {"num_steps": 3, "lr": 1e-3, "warmup_steps": 1}, "evaluate": {"every_steps": 100},
    }  # fmt: skip


@pytest.fixture
def joint(tmp_path: Path) -> Path:
    """A recipe of two tasks on a small exported encoder; the odd clips have no language."""
    manifest = write_clips(tmp_path / "clips")
    rows = [json.loads(line) | {"split": "train", "keyword": "tone"} for line in manifest.read_text().splitlines()]
    rows = [row | ({"language": ("de", "en")[number // 4]} if number % 2 else {}) for number, row in enumerate(rows)]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = tmp_path / "joint.yaml"
    path.write_text(yaml.safe_dump(_recipe(manifest, build(tmp_path / "model"))))
    return path


def test_twins_are_trained_and_exported_one_after_the_other_until_one_is_stopped(
    script: ModuleType, joint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, trained, exported = tmp_path / "out", list[TwinRun](), list[str]()

    def train(runs: list[TwinRun]) -> list[TwinRun]:
        trained.extend(runs)
        return [] if len(trained) == 2 else runs

    monkeypatch.setattr(script, "train_twins", train)
    monkeypatch.setattr(script, "export", lambda run, model: exported.append(run.parent.name))
    assert script.main([str(joint), "--out", str(out)]) == 1
    assert "1 of 2 twins are done; the same command goes on" in capsys.readouterr().err
    assert script.main([str(joint), "--out", str(out), "--only", "speech"]) == 0
    assert capsys.readouterr().out.splitlines() == [str(out / "model")]
    assert [run.task for run in trained] == ["language", "speech", "speech"] and exported == ["language", "speech"]
    assert trained[0].path == out / "language" / "seed-0"
    twin = trained[0].recipe
    assert twin.tasks["language"].options["classes"] == ["de", "en"] and len(twin.tasks) == 1
    assert len(read_source(twin.data.train[0])) == 4


@pytest.mark.slow  # two exports
def test_heads_come_beside_each_other_but_not_on_another_encoder(
    script: ModuleType, joint: Path, tmp_path: Path
) -> None:
    runs, model = script.plan(load_recipe(joint), tmp_path / "out", steps=1), tmp_path / "out" / "model"
    script.train_twins(runs)
    for run in runs:
        script.export(run.path, model)
    spec = ModelSpec.from_json(read_metadata(model / "encoder.onnx")[METADATA_KEY])
    assert {"language", "speech", "tone", "voice"} == {task.name for task in spec.tasks}
    assert (model / "language.onnx").is_file() and (model / "speech.onnx").is_file()
    network = onnx.load(model / "encoder.onnx")
    network.graph.node[0].name = "another"
    onnx.save(network, model / "encoder.onnx")
    with pytest.raises(ValueError, match=r"has heads on another encoder .* give another --out"):
        script.export(runs[0].path, model)


def test_a_twin_with_its_own_layers_learns_them_slowly(script: ModuleType, tmp_path: Path) -> None:
    recipe = parse_recipe(_recipe(tmp_path / "m.jsonl", tmp_path))
    own = script.branched(recipe, 4)
    assert (own.sharing.kind, own.sharing.options) == ("branch", {"at": 4})
    assert own.optim.lr_of == {"sharing.branches": pytest.approx(2e-4)}
    given = recipe.model_copy(update={"optim": recipe.optim.model_copy(update={"lr_of": {"sharing.branches": 1e-5}})})
    assert script.branched(given, 4).optim.lr_of == {"sharing.branches": 1e-5}


def test_an_encoder_that_is_trained_along_has_other_twins(script: ModuleType, tmp_path: Path) -> None:
    recipe = parse_recipe(_recipe(tmp_path / "m.jsonl", tmp_path) | {"encoder": {"kind": "cnn-bilstm"}})
    with pytest.raises(ValueError, match=r"the encoder is cnn-bilstm: .* use `allears twins`"):
        script.plan(recipe, tmp_path)
