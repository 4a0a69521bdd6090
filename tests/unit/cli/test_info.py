"""`allears info` and `allears doctor` on a model without weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allears.cli.app import main

Capture = pytest.CaptureFixture[str]


def test_info_tells_tasks_sizes_and_that_the_files_are_intact(model_folder: Path, capsys: Capture) -> None:
    assert main(["info", "--model", str(model_folder), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["sha256"] == "ok"
    assert {task["name"]: task["bytes"] for task in facts["tasks"]} == dict.fromkeys(
        ("transcribe", "speech", "speaker"), 1000
    )
    assert len(facts["languages"]) == 99
    assert facts["bytes"] > 3000


def test_info_table_names_the_tasks(model_folder: Path, capsys: Capture) -> None:
    assert main(["info", "--model", str(model_folder)]) == 0
    out = capsys.readouterr().out
    for part in ("tiny 1", "transcribe", "speech", "speaker", "sha256 ok", "99:"):
        assert part in out


@pytest.mark.parametrize("verb", ["info", "doctor"])
def test_a_changed_file_is_found(verb: str, model_folder: Path, capsys: Capture) -> None:
    (model_folder / "speech.onnx").write_bytes(bytes(999))
    assert main([verb, "--model", str(model_folder)]) == 1
    assert "speech.onnx" in "".join(capsys.readouterr().out.split())  # a long path is wrapped


def test_no_model_ends_with_3(tmp_path: Path, capsys: Capture) -> None:
    assert main(["info", "--model", str(tmp_path / "nowhere")]) == 3
    assert "there is no model folder" in capsys.readouterr().err


def test_doctor_looks_at_everything(model_folder: Path, capsys: Capture) -> None:
    assert main(["doctor", "--model", str(model_folder), "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    expected = {"python", "libraries", "processor", "threads", "onnxruntime", "audio", "m4a, webm", "model", "voices"}
    assert expected | {"outbound hosts", "microphones", "keywords", "- weather"} <= checks.keys()
    assert checks["outbound hosts"]["found"].startswith("nothing is sent")
    assert "WAV" in checks["audio"]["found"]


def test_doctor_without_a_model_says_what_to_do(tmp_path: Path, capsys: Capture) -> None:
    assert main(["doctor", "--model", str(tmp_path / "nowhere")]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "WRONG" in out
    assert "install allears again" in out
