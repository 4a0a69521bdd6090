"""Numbers over the steps of a run, out of its records. In: a `Run`. Out: points (step, value). No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allears.report.runs import Run

__all__ = [
    "Effort",
    "Points",
    "best_scores",
    "effort",
    "final_scores",
    "labels_seen",
    "loss_curves",
    "score_curves",
    "weight_curves",
]

Points = list[tuple[int, float]]


@dataclass(frozen=True)
class Effort:
    """What a run cost.

    Attributes:
        train_s: seconds in steps (evaluation and start not counted).
        audio_s: seconds of audio heard.
        data_wait_s: of `train_s`, waiting for data.
    """

    train_s: float
    audio_s: float
    data_wait_s: float


def loss_curves(run: Run) -> dict[str, Points]:
    """Task -> training loss; a step at which it had no label is not there."""
    return _curves(run, "losses")


def weight_curves(run: Run) -> dict[str, Points]:
    """Task -> weight of its loss."""
    return _curves(run, "weights")


def score_curves(run: Run) -> dict[str, dict[str, Points]]:
    """Task -> metric -> value on the dev clips."""
    found: dict[str, dict[str, Points]] = {}
    for record in run.events("evaluate"):
        for task, values in record["scores"].items():
            for metric, value in values.items():
                if metric != "num_clips":
                    found.setdefault(task, {}).setdefault(metric, []).append((record["step"], float(value)))
    return found


def final_scores(run: Run) -> Mapping[str, Mapping[str, float]]:
    """Task -> metric -> value of the last evaluation; empty if there was none."""
    records = run.events("evaluate")
    return records[-1]["scores"] if records else {}


def best_scores(run: Run) -> Mapping[str, Mapping[str, float]]:
    """The same of the best evaluation by `evaluate.best`, which its best checkpoint has; else of the last one."""
    records = [record for record in run.events("evaluate") if record.get("is_best")] or run.events("evaluate")
    return records[-1]["scores"] if records else {}


def labels_seen(run: Run) -> dict[str, int]:
    """Task -> labels it was trained on so far, 0 if it never had one."""
    records = run.events("train")
    seen: Mapping[str, Any] = records[-1].get("labels_seen", {}) if records else {}
    return {task: int(seen.get(task, 0)) for task in run.tasks}


def effort(run: Run) -> Effort:
    """Time and audio of all logged steps; each record holds means over the steps since the last one."""
    train_s = audio_s = wait_s = 0.0
    before = 0
    for record in run.events("train"):
        steps, before = record["step"] - before, record["step"]
        train_s += steps * record.get("step_s", 0.0)
        wait_s += steps * record.get("data_wait_s", 0.0)
        audio_s += steps * record.get("step_s", 0.0) * record.get("audio_s_per_s", 0.0)
    return Effort(train_s, audio_s, wait_s)


def _curves(run: Run, key: str) -> dict[str, Points]:
    found: dict[str, Points] = {}
    for record in run.events("train"):
        for task, value in record.get(key, {}).items():
            found.setdefault(task, []).append((record["step"], float(value)))
    return found
