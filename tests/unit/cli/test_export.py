"""`allears export` from a run folder to the table of parity."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")
pytest.importorskip("pydantic", reason="needs the extra `train`")

from allears.cli.app import main  # noqa: E402
from allears.config.load import parse_recipe  # noqa: E402
from allears.runtime.model_folder import ModelFolder  # noqa: E402
from allears.train.checkpoint import FORMAT, RunFolder  # noqa: E402


@pytest.fixture
def trained(tiny_model: Any, tiny_whisper: Path, tmp_path: Path) -> Path:
    """The run folder that training `tiny_model` would have left."""
    recipe = {
        "name": "tiny",
        "data": {"train": [{"manifest": "nowhere.jsonl"}]},
        "encoder": {"kind": "whisper", "pretrained": str(tiny_whisper)},
        "tasks": {
            "transcribe": {"pretrained": str(tiny_whisper)},
            "speech": {"hidden": 8},
            "language": {"classes": ["de", "en"], "hidden": 8},
            "speaker": {"names": ["ann", "bob"], "size": 8, "hidden": 8},
        },
        "optim": {"num_steps": 1},
    }
    state = {"format": FORMAT, "step": 1, "model": tiny_model.state_dict(), "average": None}
    RunFolder(tmp_path / "run").save(state | {"recipe": parse_recipe(recipe).model_dump(mode="json", by_alias=True)})
    return tmp_path / "run"


@pytest.fixture
def manifest(tmp_path: Path, clips: list[np.ndarray]) -> Path:
    rows = []
    for i, clip in enumerate(clips):
        soundfile.write(tmp_path / f"{i}.wav", clip, 16_000)
        row = {"id": str(i), "audio": f"{i}.wav", "duration_s": len(clip) / 16_000, "split": "dev" if i else "train"}
        rows.append(json.dumps(row))
    (tmp_path / "manifest.jsonl").write_text("\n".join(rows) + "\n")
    return tmp_path / "manifest.jsonl"


def test_from_a_run_to_a_table(
    trained: Path, manifest: Path, tmp_path: Path, exported_once: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model"
    given = ["export", str(trained), "--out", str(out), "--name", "tiny", "--parity", str(manifest), "--split", "dev"]
    with exported_once():
        assert main(given) == 0
    said = capsys.readouterr()
    table = said.out.splitlines()
    assert re.fullmatch(r"encoder.onnx +\d+\.\d\d MB", next(line for line in table if line.startswith("encoder.onnx")))
    rows = [line.split() for line in table[table.index("") + 2 :]]
    assert [row[:2] for row in rows] == [
        [part, file]
        for file in ("fp32", "model")
        for part in ("encoder", "transcribe", "speech", "language", "speaker")
    ]
    assert all(float(row[2]) < 1e-3 for row in rows[:5]), table
    assert "writing" in said.err and "comparing" in said.err
    spec = ModelFolder(out).spec
    assert (spec.name, spec.version) == ("tiny", "0.1.0")
    assert not list(tmp_path.glob(".model*"))


def test_as_json(trained: Path, tmp_path: Path, exported_once: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plain"
    with exported_once():
        assert main(["export", str(trained), "--out", str(out), "--fp32", "--version", "7", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["model"], told["parity"]) == ("plain", [])
    assert told["bytes"] == {path.name: path.stat().st_size for path in out.iterdir()}
    assert ModelFolder(out).spec.version == "7"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--clips", "0"], "--clips is 0"),
        (["--split", "nobody"], "no clip of split 'nobody'"),
    ],
)
def test_wrong_use_is_told(
    trained: Path, manifest: Path, tmp_path: Path, exported_once: Any, capsys: Any, more: list[str], message: str
) -> None:
    with exported_once():
        assert main(["export", str(trained), "--out", str(tmp_path / "m"), "--parity", str(manifest), *more]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "m").exists(), "it is said before the work is done"


def test_no_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["export", str(tmp_path / "empty"), "--out", str(tmp_path / "m")]) == 2
    assert "no checkpoint in" in capsys.readouterr().err
