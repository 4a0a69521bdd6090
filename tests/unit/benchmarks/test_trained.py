"""Runs of a grid: those without a result are done, one that breaks stops no other, and time has an end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="runs are trained: install the extra `train`")

from common.trained import RESULT, do_the_rest


@dataclass(frozen=True)
class One:
    key: str


RUNS = [One("a"), One("b"), One("c")]


def test_what_is_there_is_skipped_and_what_breaks_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "runs" / "a").mkdir(parents=True)
    (tmp_path / "runs" / "a" / RESULT).write_text("{}")
    done: list[tuple[int, str]] = []

    def do(number: int, run: One) -> bool:
        done.append((number, run.key))
        if run.key == "b":
            raise ValueError("no clips")
        return True

    assert do_the_rest(RUNS, tmp_path, do, None) == 1
    assert done == [(2, "b"), (3, "c")]
    assert "FAILED b: no clips" in capsys.readouterr().err


def test_it_ends_well_is_stopped_or_out_of_time(tmp_path: Path) -> None:
    assert do_the_rest(RUNS, tmp_path, lambda *_: True, None) == 0
    seen: list[str] = []
    assert do_the_rest(RUNS, tmp_path, lambda _, run: bool(seen.append(run.key)), None) == 3
    assert seen == ["a"]
    assert do_the_rest(RUNS, tmp_path, lambda *_: True, -1.0) == 3
