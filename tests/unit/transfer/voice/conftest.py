"""A speaking model of a few thousand weights: a run, and the folder that was packed from it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import onnx
import pytest
from onnx import numpy_helper

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.config.build import build_model  # noqa: E402
from allears.config.load import parse_recipe  # noqa: E402
from allears.train.checkpoint import FORMAT  # noqa: E402
from allears.transfer.voice.tables import DIALECTS, VOICES  # noqa: E402
from tests.unit.tiny_voice import SPEC, write_tiny_voice  # noqa: E402

_HIDDEN = {"hidden": 8}


class TinyModel(NamedTuple):
    """`run` and `folder` belong together; `weights` of both."""

    run: Path
    folder: Path
    weights: dict[str, Any]


@pytest.fixture(scope="module")
def tiny_speaker(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    where = tmp_path_factory.mktemp("speaker")
    (where / "voice.json").write_text(SPEC.to_json(), encoding="utf-8")
    recipe = {
        "name": "tiny",
        "data": {"input": {"kind": "phones", "spec": str(where / "voice.json")}, "train": [{"manifest": "none.jsonl"}]},
        "encoder": {"kind": "text", "dim": 16, "depth": 1, "num_heads": 2, "num_items": 96, "num_voices": 8,
                    "num_dialects": 5, "condition_dim": 4},
        "tasks": {"spectrum": {"width": 8, "depth": 1, "num_heads": 2, "kernel": 3}, "duration": _HIDDEN,
                  "pitch": _HIDDEN, "energy": _HIDDEN,
                  "pronounce": {"spec": str(where / "voice.json"), **_HIDDEN}},
        "optim": {"num_steps": 1},
    }  # fmt: skip
    torch.manual_seed(0)
    model = build_model(parse_recipe(recipe, "tiny"))
    for layer in model.encoder.layers:  # fresh conditions say nothing: see `encoders/text.py`
        torch.nn.init.normal_(layer.film.bend.weight, std=0.3)
    torch.nn.init.constant_(model.heads["duration"].out.bias, 2.0)  # 7 frames a phone
    weights = model.state_dict()
    (where / "run" / "checkpoints").mkdir(parents=True)
    state = {"format": FORMAT, "step": 1, "model": weights, "average": None, "recipe": recipe}
    torch.save(state, where / "run" / "checkpoints" / "step-000001.pt")
    return TinyModel(where / "run", _folder(where / "folder", weights), weights)


def _folder(path: Path, weights: dict[str, Any]) -> Path:
    """Networks written by hand, with the tables of the run in them, as an exported folder has them."""
    write_tiny_voice(path)
    for name in ("acoustic.onnx", "pronounce.onnx"):
        model = onnx.load(path / name)
        tables = [numpy_helper.from_array(weights[table].numpy(), table) for table in (VOICES, DIALECTS)]
        model.graph.initializer.extend(tables)
        onnx.save(model, path / name)
    names = sorted(one.name for one in path.iterdir() if one.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256((path / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (path / "SHA256SUMS").write_text("".join(sums))
    return path
