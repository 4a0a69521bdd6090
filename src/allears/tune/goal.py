"""What a search is for: a number of `evaluate`, or the mean gain over single-task twins.

In: a recipe and what the user asked for. Out: a `Goal` with its direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from allears.config.build import build_tasks
from allears.config.clips import read_sources, resolve_fields
from allears.config.schema import Recipe
from allears.report.judge import LOSS, Judge, judges
from allears.report.runs import Run, find_runs
from allears.tune.trial import Goal

__all__ = ["GAIN", "make_goal"]

GAIN = "gain"


def make_goal(recipe: Recipe, name: str | None, twins: Sequence[str | Path] = ()) -> Goal:
    """The goal `name`, or `evaluate.best` if None.

    Raises:
        ValueError: neither is given, it is no number of this recipe, `gain` has no twins, or there are no dev clips.
    """
    name = name or recipe.evaluate.best
    if name is None:
        raise ValueError("no goal: give --goal TASK.METRIC (or loss, gain), or set evaluate.best in the recipe")
    if not recipe.data.dev:
        raise ValueError("the recipe has no dev clips to judge a trial by: name some in data.dev")
    known = _directions(recipe)
    if name == GAIN:
        return _gain(recipe, known, twins)
    if name == LOSS:
        return Goal(LOSS, is_higher_better=False)
    task, _, metric = name.partition(".")
    if metric not in known.get(task, {}):
        names = sorted({LOSS, GAIN} | {f"{task}.{metric}" for task, metrics in known.items() for metric in metrics})
        raise ValueError(f"the goal is {name!r}, but there are: {', '.join(names)}")
    return Goal(name, is_higher_better=known[task][metric])


def _directions(recipe: Recipe) -> dict[str, dict[str, bool]]:
    tasks = build_tasks(resolve_fields(recipe, read_sources(recipe.data.train)))
    return {
        name: {metric.name: metric.higher_is_better for metric in task.metrics()}
        | ({} if task.is_open_set else {LOSS: False})
        for name, task in tasks.items()
    }


def _gain(recipe: Recipe, known: dict[str, dict[str, bool]], twins: Sequence[str | Path]) -> Goal:
    if not twins:
        raise ValueError(
            "--goal gain compares with single-task twins: train them with `allears twins`, give --twins DIR"
        )
    alone: dict[str, list[Run]] = {}
    for run in find_runs(twins):
        if len(run.tasks) == 1 and run.tasks[0] in known:
            alone.setdefault(run.tasks[0], []).append(run)
    judged: dict[str, Judge] = {}
    for task, runs in alone.items():
        judged |= judges(runs[0], {task: known[task]})
    if not judged:
        raise ValueError(
            f"no twin of {', '.join(recipe.tasks)} with scores in {', '.join(map(str, twins))}: train them first"
        )
    return Goal(GAIN, is_higher_better=True, twins={task: tuple(runs) for task, runs in alone.items()}, judges=judged)
