"""The forgetting matrix that adaptations themselves measured: before and after, on new and on old clips.

In: what `allears adapt` left, in order. Out: `Forgetting`. No torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from allears.transfer.forgetting import Column, Forgetting
from allears.transfer.history import follow_each_other, history_of, named_clips
from allears.transfer.points import is_higher_better
from allears.transfer.stages import Stage

__all__ = ["forgetting_told"]

_Key = tuple[str, str, str]  # clips, task, metric


def forgetting_told(stages: Sequence[Stage]) -> Forgetting | None:
    """The matrix over the first metric of each task; None if a stage has no report beside it.

    Args:
        stages: adapted ones, in order, without the model that the first began with.
    """
    reports = [_report(stage) for stage in stages]
    if not stages or any(report is None for report in reports):
        return None
    is_sequence = follow_each_other(stages)
    found: dict[tuple[int, _Key], float] = {}
    learned: dict[_Key, int] = {}
    for number, (stage, report) in enumerate(zip(stages, reports, strict=True), start=1):
        assert report is not None
        earlier = number - 1 if is_sequence else 0
        for row in _first_metrics(report["rows"]):
            key = (_clips(stage, report, row["kind"]), row["task"], row["metric"])
            is_new = row["kind"] == "new" and is_sequence
            learned[key] = learned.get(key) or (number if is_new else 0)  # what was old may be learned later
            for place, value in ((earlier, row["before"]), (number, row["after"])):
                if value is not None:
                    found[place, key] = float(value)
    columns = tuple(Column(*key, is_higher_better(key[2]), at) for key, at in learned.items())
    values = np.array([[found.get((s, key), np.nan) for key in learned] for s in range(len(stages) + 1)])
    origin = str(reports[0]["model"]) if reports[0] else ""
    return Forgetting((_short(origin), *(stage.name for stage in stages)), columns, values, is_sequence)


def _report(stage: Stage) -> Mapping[str, Any] | None:
    """What `allears adapt` wrote beside its adapter or run."""
    path = (stage.adapter or stage.path).parent / "report.json"
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} cannot be read ({error}): run allears adapt again, or remove the file") from error
    return found if isinstance(found, dict) and found.get("rows") and "model" in found else None


def _first_metrics(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first metric of each task, new and old: a task that has several would count several times."""
    seen: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows:
        seen.setdefault((row["kind"], row["task"]), row)
    return list(seen.values())


def _clips(stage: Stage, report: Mapping[str, Any], kind: str) -> str:
    if kind == "new":
        return " + ".join(named_clips(*clips) for clips in history_of(stage).clips) or "new"
    old = report.get("old_clips")
    return named_clips(Path(old["manifest"]), old.get("split")) if old else "old"


def _short(model: str) -> str:
    path = Path(model)
    return path.parent.name if path.name == "run" else path.name
