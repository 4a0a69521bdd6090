"""What adaptations measured becomes one matrix, one after the other or side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the extra `train`")

from allears.transfer.forgetting import summed_up
from allears.transfer.forgetting_reports import forgetting_told
from allears.transfer.stages import Stage, read_stage
from tests.unit.transfer.small import write_adaptation


def _row(kind: str, before: float | None, after: float, metric: str = "wer") -> dict[str, Any]:
    return {"kind": kind, "task": "transcribe", "metric": metric, "before": before, "after": after}


@pytest.fixture
def cs(tmp_path: Path) -> Path:
    rows = [_row("new", 0.9, 0.5), _row("new", 0.5, 0.3, "cer"), _row("old", 0.10, 0.12)]
    return write_adaptation(tmp_path / "cs", "models/base", tmp_path / "cz/manifest.jsonl", rows, tmp_path / "en.jsonl")


def test_two_that_follow_each_other(cs: Path, tmp_path: Path) -> None:
    rows = [_row("new", 0.8, 0.4), _row("old", 0.5, 0.6)]
    nl = write_adaptation(tmp_path / "nl", str(cs / "run"), tmp_path / "du/manifest.jsonl", rows, tmp_path / "cz.jsonl")
    found = forgetting_told([read_stage(cs), read_stage(nl)])
    assert found is not None and found.is_sequence and found.stages == ("base", "cs", "nl")
    assert [(c.clips, c.metric, c.learned) for c in found.columns] == [
        ("cz dev", "wer", 1), ("en", "wer", 0), ("du dev", "wer", 2), ("cz", "wer", 0),
    ]  # fmt: skip
    known = [[0.9, 0.10, np.nan, np.nan], [0.5, 0.12, 0.8, 0.5], [np.nan, np.nan, 0.4, 0.6]]
    assert np.array_equal(found.values, known, equal_nan=True)
    assert summed_up(found)["average_forgetting"] == pytest.approx(10.0)


def test_old_clips_that_are_learned_later_count_from_then(tmp_path: Path) -> None:
    en, du = tmp_path / "en/manifest.jsonl", tmp_path / "du/manifest.jsonl"
    first = write_adaptation(
        tmp_path / "a", "models/base", en, [_row("new", 0.9, 0.5), _row("old", 0.8, 0.9)], du, "dev"
    )
    second = write_adaptation(tmp_path / "b", str(first / "run"), du, [_row("new", 0.9, 0.3)])
    found = forgetting_told([read_stage(first), read_stage(second)])
    assert found is not None
    assert [(c.clips, c.learned) for c in found.columns] == [("en dev", 1), ("du dev", 2)]


def test_two_of_the_same_model_are_side_by_side(cs: Path, tmp_path: Path) -> None:
    rows = [_row("new", 0.8, 0.4), _row("old", 0.10, 0.2)]
    nl = write_adaptation(tmp_path / "nl", "models/base", tmp_path / "du/manifest.jsonl", rows, tmp_path / "en.jsonl")
    found = forgetting_told([read_stage(cs), read_stage(nl)])
    assert found is not None and not found.is_sequence
    assert found.values[:, 1].tolist() == [0.10, 0.12, 0.2]
    assert found.changes[:, 1].tolist() == pytest.approx([0.0, -2.0, -10.0])


def test_without_reports_nothing_is_told(tmp_path: Path) -> None:
    assert forgetting_told([Stage("a", tmp_path)]) is None
    assert forgetting_told([]) is None


def test_a_damaged_report_is_an_error(cs: Path) -> None:
    (cs / "report.json").write_text("{")
    with pytest.raises(ValueError, match="run allears adapt again"):
        forgetting_told([read_stage(cs)])
