import argparse
import json
from pathlib import Path

import pytest
from common.run import arguments, command_line, run


def test_the_command_holds_no_folder_of_this_machine() -> None:
    argv = ["/home/ann/allears/benchmarks/asr.py", "--data", "/srv/corpora", "--limit", "3"]
    assert command_line(argv) == "python benchmarks/asr.py --data corpora --limit 3"


def test_a_report_says_how_it_was_made(tmp_path: Path) -> None:
    out = tmp_path / "new" / "x.json"
    args = arguments("A test.").parse_args(["--data", "d", "--out", str(out), "--peers-only", "--seed", "7"])
    run("x", args, lambda given: {"results": {"seed": given.seed}, "tables": []})
    report = json.loads(out.read_text())
    assert report["results"] == {"seed": 7}
    assert (report["benchmark"], report["seed"], report["model"]) == ("x", 7, None)
    assert report["machine"]["cores"] >= 1
    assert "numpy" in report["versions"]
    assert list(tmp_path.rglob("*.partial")) == []


def test_without_out_the_report_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    args = arguments("A test.").parse_args(["--data", "d", "--peers-only"])
    run("x", args, _nothing)
    assert json.loads(capsys.readouterr().out)["tables"] == []


def _nothing(_: argparse.Namespace) -> dict[str, object]:
    return {"results": {}, "tables": []}
