"""Runs of a plan, trained on the engine one after another: what is finished is skipped, so that one can go on.

In: a recipe and a folder. Out: `result.json` there, with what was measured and what it took.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from allears.config.schema import Recipe
from allears.train.run import run_recipe
from common.run import machine, progress, versions, write_json

__all__ = ["RESULT", "cpu_s", "read_all", "train_once"]

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
