"""Which number a task is judged by, and which way it gets better.

In: a run. Out: metric names with directions, asked of the tasks themselves. A task that cannot be built here (its
pretrained folder is gone) is judged by its loss.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from allears.config.build import build_tasks
from allears.config.load import parse_recipe
from allears.report.runs import Run
from allears.report.series import final_scores

__all__ = ["Judge", "directions", "judges"]

log = logging.getLogger(__name__)

LOSS = "loss"  # as `train/evaluate.py` names it


@dataclass(frozen=True)
class Judge:
    """The number a task is judged by."""

    metric: str
    is_higher_better: bool

    @property
    def arrow(self) -> str:
        """`↑` where higher is better."""
        return "↑" if self.is_higher_better else "↓"


def directions(run: Run) -> dict[str, dict[str, bool]]:
    """Task -> metric -> whether higher is better, the task's first metric first and its loss last."""
    recipe = parse_recipe(run.recipe, str(run.path))
    found = {}
    for name, section in recipe.tasks.items():
        try:
            (task,) = build_tasks(recipe.model_copy(update={"tasks": {name: section}})).values()
            found[name] = {metric.name: metric.higher_is_better for metric in task.metrics()}
        except (ValueError, OSError) as error:
            log.warning("%s: task %s cannot be built here, it is judged by its loss (%s)", run.path, name, error)
            found[name] = {}
        found[name][LOSS] = False
    return found


def judges(run: Run, known: Mapping[str, Mapping[str, bool]]) -> dict[str, Judge]:
    """Task -> its judge: what `evaluate.best` names if it names this task, else the task's first metric that the dev
    clips gave. A task without any score is not there.

    Args:
        run: with scores.
        known: of `directions`.
    """
    scores = final_scores(run)
    best_task, _, best_metric = str(run.recipe.get("evaluate", {}).get("best") or "").partition(".")
    found = {}
    for task, metrics in known.items():
        given = scores.get(task, {})
        wanted = [best_metric, *metrics] if task == best_task else list(metrics)
        name = next((metric for metric in wanted if metric in given and metric in metrics), None)
        if name is not None:
            found[task] = Judge(name, metrics[name])
    return found
