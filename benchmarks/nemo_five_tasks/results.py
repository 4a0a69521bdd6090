"""What finished runs say: their JSON, the learning rate that dev chose, one number a task.

In: a work folder. Out: plain values. No torch here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["MEASURES", "Measure", "Result", "best_factor", "criterion", "read_results", "value_of"]

Result = Mapping[str, Any]
"""The JSON of one run."""


@dataclass(frozen=True)
class Measure:
    """One column: `task`'s `metric`, of the clips `part` (`test` or `known`)."""

    title: str
    task: str
    metric: str
    part: str = "test"
    is_higher_better: bool = True


MEASURES = (
    Measure("emotion F1", "emotion", "macro_f1"),
    Measure("gender acc.", "gender", "accuracy"),
    Measure("age acc.", "age-group", "accuracy"),
    Measure("CER, new words", "transcribe", "cer", is_higher_better=False),
    Measure("CER, known words", "transcribe", "cer", "known", is_higher_better=False),
    Measure("speaker acc.", "speaker", "accuracy"),
)


def read_results(work: Path) -> list[dict[str, Any]]:
    """Every finished run, in the order of their folders."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(work.glob("runs/**/result.json"))]


def value_of(result: Result, measure: Measure) -> float | None:
    """The number of a column; None if the run has no such task."""
    found = result[measure.part].get(measure.task, {}).get(measure.metric)
    return None if found is None else float(found)


def criterion(dev: Mapping[str, Mapping[str, float]]) -> float:
    """What tuning looks at, higher is better: the mean of emotion accuracy, speaker accuracy and 1 - CER, of the tasks
    that are there. Dev has one speaker: of gender and age it says nothing."""
    parts = {"emotion": ("accuracy", 1.0), "speaker": ("accuracy", 1.0), "transcribe": ("cer", -1.0)}
    found = [(0.0 if sign > 0 else 1.0) + sign * dev[t][metric] for t, (metric, sign) in parts.items() if t in dev]
    if not found:
        raise ValueError(f"tuning needs dev scores of {', '.join(parts)}, got {', '.join(dev) or 'none'}")
    return sum(found) / len(found)


def best_factor(work: Path, encoder: str, method: str) -> float:
    """The factor of the learning rates that is best on dev at seed 0.

    Raises:
        ValueError: no run of that method at seed 0 is finished.
    """
    found = _tuning(read_results(work), encoder, method)
    if not found:
        raise ValueError(f"{encoder}: no run of {method} with seed 0 is finished, which tunes it: add 0 to --seeds")
    return max(found, key=lambda factor: found[factor])


def _tuning(results: Iterable[Result], encoder: str, method: str) -> dict[float, float]:
    """Factor -> criterion."""
    chosen: Sequence[Result] = [
        r for r in results if r["encoder"] == encoder and r["method"] == method and r["seed"] == 0 and r["dev"]
    ]
    return {r["factor"]: criterion(r["dev"]) for r in chosen}
