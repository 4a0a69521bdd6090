"""One choice of settings: the recipe it makes, trained in pieces and judged after each.

In: settings and a folder. Out: its value at every evaluation. A run that was stopped goes on where it was, to the last
bit, since every piece is a resumed run.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.config.load import dump_recipe, override, parse_recipe
from allears.config.schema import Recipe
from allears.report.gains import gain_of, mean_gain
from allears.report.judge import Judge
from allears.report.runs import Run, read_run
from allears.report.series import final_scores
from allears.train.evaluate import Scores, pick
from allears.train.run import run_recipe

__all__ = ["Goal", "Stopped", "train_in_pieces", "with_settings"]

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The user asked for an end; the run is saved. `signal_number` says how."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"stopped by signal {signal_number}")
        self.signal_number = signal_number


@dataclass(frozen=True)
class Goal:
    """What is to be made good.

    Attributes:
        name: `TASK.METRIC`, `loss`, or `gain` (mean relative gain over the twins, Delta_m).
        is_higher_better: which way.
        twins: task -> runs of it alone, for `gain`.
        judges: task -> what it is judged by, for `gain`.
    """

    name: str
    is_higher_better: bool
    twins: Mapping[str, tuple[Run, ...]] | None = None
    judges: Mapping[str, Judge] | None = None

    def value(self, scores: Scores) -> float | None:
        """Its value on the dev clips; None if they do not give it."""
        if self.twins is None or self.judges is None:
            return pick(scores, self.name)
        gains = []
        for task, judge in self.judges.items():
            here = scores.get(task, {}).get(judge.metric)
            alone = {run.seed: final_scores(run).get(task, {}).get(judge.metric) for run in self.twins.get(task, ())}
            known = {seed: value for seed, value in alone.items() if value is not None}
            if here is not None and known:
                gains.append(gain_of(task, judge.metric, {-1: here}, known, is_higher_better=judge.is_higher_better))
        found = mean_gain(gains)
        return None if found is None else found.mean

    def is_better(self, value: float, than: float) -> bool:
        return value > than if self.is_higher_better else value < than


def with_settings(recipe: Recipe, settings: Mapping[str, Any], name: str) -> Recipe:
    """The recipe with these settings (`--set` paths -> values), under another name.

    Raises:
        ValueError: a setting that is not there, or a value it refuses.
    """
    data = dump_recipe(recipe)
    for path, value in settings.items():
        override(data, f"{path}={json.dumps(value)}")
    data["name"] = name
    return parse_recipe(data, name)


def train_in_pieces(recipe: Recipe, folder: Path, goal: Goal, *, piece_steps: int) -> Iterator[tuple[int, float]]:
    """Train and yield (step, value) after each piece; what an earlier process did is read from the log, not done again.

    Raises:
        Stopped: the user asked for it.
        ValueError: what training raises, or the dev clips do not give the goal's number.
    """
    done = 0
    if (folder / "log.jsonl").is_file():
        run = read_run(folder)
        done = _saved_step(folder)
        for record in run.events("evaluate"):
            if record["step"] <= done and (
                record["step"] % piece_steps == 0 or record["step"] == recipe.optim.num_steps
            ):
                yield record["step"], _value(goal, record["scores"])
    while done < recipe.optim.num_steps:
        until = min((done // piece_steps + 1) * piece_steps, recipe.optim.num_steps)
        outcome = run_recipe(recipe, folder, is_resumed=True, until=until)
        if outcome.signal_number is not None:
            raise Stopped(outcome.signal_number)
        done = outcome.step
        yield done, _value(goal, outcome.scores)


def _value(goal: Goal, scores: Scores) -> float:
    value = goal.value(scores)
    if value is None:
        raise ValueError(
            f"the dev clips give no {goal.name}: name one they do give in evaluate.best, or other data.dev"
        )
    return value


def _saved_step(folder: Path) -> int:
    steps = sorted((folder / "checkpoints").glob("step-*.pt"))
    return int(steps[-1].stem.removeprefix("step-")) if steps else 0
