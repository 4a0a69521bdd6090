"""`allears compress`: the verb, its table and JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile

pytest.importorskip("torch")
pytest.importorskip("pydantic", reason="needs the extra `train`")

from allears.cli.app import main
from tests.unit.compress.conftest import build, two_tones


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return build(tmp_path / "model")


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rows = []
    for one in two_tones():
        soundfile.write(tmp_path / one.clip.audio.name, one.audio, 16_000)
        rows.append(json.dumps({"id": one.clip.id, "audio": one.clip.audio.name, **one.clip.labels}))
    (tmp_path / "clips.jsonl").write_text("\n".join(rows) + "\n")
    return tmp_path / "clips.jsonl"


def test_from_a_model_to_a_table(
    model: Path, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    given = ["compress", str(model), "--out", str(out), "--methods", "int8-dynamic:min_bytes=0"]
    assert main([*given, "--measure", str(manifest)]) == 0
    said = capsys.readouterr()
    assert "tone accuracy" in said.out and "(may lose 1)" in said.out
    assert "plan: int8-dynamic" in said.err
    report = json.loads((out / "compress.json").read_text())
    assert [stage["name"] for stage in report["stages"]] == ["before", "int8-dynamic"]
    assert (out / "compress.html").exists() and (out / "compress" / "pareto.png").exists()


def test_as_json_without_clips(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["compress", str(model), "--out", str(tmp_path / "out"), "--methods", "int4-weights:min_bytes=0:block=16"]
    assert main([*given, "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["stages"][1]["num_bytes"] < told["stages"][0]["num_bytes"]
    assert "nothing is measured" in said.err


def test_too_large_is_told(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["compress", str(model), "--out", str(tmp_path / "out"), "--methods", "int8-dynamic:min_bytes=0"]
    assert main([*given, "--target-mb", "0.001"]) == 1
    assert "is larger than 0.001 MB" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--split", "dev"], "give them with --measure"),
        (["--rename", "tone"], "as in ctc=transcribe"),
        (["--set", "optim.lr=1"], "changes the recipe of --recover"),
        (["--target-mb", "-1"], "above 0"),
        (["--recover", "none.yaml"], "no recipe at none.yaml"),
    ],
)
def test_wrong_use_is_told(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], message: str
) -> None:
    assert main(["compress", str(model), "--out", str(tmp_path / "out"), *more]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
