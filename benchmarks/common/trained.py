"""Runs of a plan, trained on the engine one after another: what is finished is skipped, so that one can go on.

In: a recipe and a folder. Out: `result.json` there, with what was measured and what it took.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from allears.config.schema import Recipe
from allears.train.run import run_recipe
from common.run import machine, progress, versions, write_json

__all__ = ["RESULT", "Keyed", "cpu_s", "do_the_rest", "read_all", "train_once"]

RESULT = "result.json"


def train_once(
    recipe: Recipe,
    folder: Path,
    measure: Callable[[Path], Mapping[str, Any]],
    about: Mapping[str, Any],
    *,
    keeps_weights: bool = False,
) -> bool:
    """Train, measure, write the result. False if the run was stopped; one that was cut off is done anew.

    Args:
        recipe: of the run.
        folder: of it; nothing is done if its result is there.
        measure: run folder -> what is written down.
        about: written down, too.
        keeps_weights: whether another run begins with them; else they are deleted.
    """
    if (folder / RESULT).exists():
        return True
    progress(f"run {recipe.name}")
    shutil.rmtree(folder, ignore_errors=True)
    begun_s = cpu_s()
    outcome = run_recipe(recipe, folder)
    if not outcome.is_finished:
        return False
    trained_s = cpu_s() - begun_s
    facts = {
        **about, "measured": measure(folder), "steps": outcome.step, "trained_cpu_s": round(trained_s, 1),
        "load_after": round(os.getloadavg()[0], 1), "machine": machine(), "versions": versions(),
    }  # fmt: skip
    write_json(facts, folder / RESULT)
    if not keeps_weights:
        shutil.rmtree(folder / "checkpoints")
    progress(f"{recipe.name}: {trained_s:.0f} s of CPU; {json.dumps(facts['measured'])}")
    return True


def read_all(work: Path) -> list[dict[str, Any]]:
    """Every finished run, in the order of their folders."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(work.glob(f"runs/**/{RESULT}"))]


def cpu_s() -> float:
    """CPU seconds of this process, all threads: what a busy machine does not change much."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Keyed(Protocol):
    """A run of a grid."""

    @property
    def key(self) -> str: ...


_Run = TypeVar("_Run", bound=Keyed)


def do_the_rest(runs: Iterable[_Run], work: Path, do: Callable[[int, _Run], bool], minutes: float | None) -> int:
    """Do the runs of a grid that have no result yet, one after another.

    Args:
        runs: that the grid wants, the most useful first.
        work: a run's result is in `runs/KEY` there.
        do: given the run's number, from 1, and the run; false if it was stopped.
        minutes: after so many no other is begun.

    Returns:
        Exit code: 0: all runs are there. 1: some failed. 3: time is up, or it was stopped.
    """
    begun_s, failed = time.monotonic(), list[str]()
    for number, run in enumerate(runs, start=1):
        if (work / "runs" / run.key / RESULT).exists():
            continue
        if minutes is not None and time.monotonic() - begun_s > 60 * minutes:
            progress(f"{minutes:g} minutes are over; the same command goes on")
            return 3
        try:
            if not do(number, run):
                return 3
        except (ImportError, RuntimeError, ValueError) as error:  # one run that breaks shall not cost the others
            progress(f"FAILED {run.key}: {error}")
            failed.append(run.key)
    if failed:
        progress(f"{len(failed)} runs failed and are tried again by the same command: {', '.join(failed)}")
    return 1 if failed else 0
