"""One adaptation from beginning to end: measure, train, measure again, keep what was learned if the old tasks stand.

In: a model folder or run, the settings of a recipe, clips of the old tasks and what they may lose. Out: in a folder,
the run (`run/`), `report.json`, and, if nothing was lost, `adapter.npz` where the model is an exported one and the
method leaves its networks as they are built.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from allears.config.build import build_dev, build_model, build_tasks
from allears.config.clips import read_sources, resolve_fields
from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.model import MultiTaskModel
from allears.runtime.model_folder import ModelFolder
from allears.train.checkpoint import load_model
from allears.train.evaluate import Scores, evaluate
from allears.train.run import run_recipe
from allears.transfer.adapter_file import write_adapter
from allears.transfer.adapting.budget import Row, compare
from allears.transfer.adapting.old import OldTasks
from allears.transfer.adapting.recipe import fill_up
from allears.transfer.initial import is_model_folder

__all__ = ["ADAPTER", "Adapted", "Old", "adapt"]

log = logging.getLogger(__name__)

ADAPTER, REPORT, RUN = "adapter.npz", "report.json", "run"


@dataclass(frozen=True)
class Old:
    """What old tasks are measured on.

    Attributes:
        manifest: of clips with their labels.
        split: of them; all if None.
        tasks: to measure; None for those that the model does by itself.
        limit: most clips, evenly spread; None for all.
        budgets: points each may lose, see `budget.py`.
    """

    manifest: Path
    split: str | None = None
    tasks: tuple[str, ...] | None = None
    limit: int | None = None
    budgets: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Adapted:
    """What was done.

    Attributes:
        rows: metrics before and after.
        run: folder of the training run.
        adapter: file that was written; None if there is none.
        num_bytes: of the adapter; 0 if there is none.
        num_steps: of training that were done.
        is_refused: whether nothing was kept because an old task lost more than it may.
        is_finished: whether all steps were done; if not, nothing was measured, and the run can be resumed.
    """

    rows: tuple[Row, ...]
    run: str
    adapter: str | None
    num_bytes: int
    num_steps: int
    is_refused: bool
    is_finished: bool = True


def adapt(
    base: str | Path,
    settings: Mapping[str, Any],
    out: Path,
    *,
    old: Old | None = None,
    is_forced: bool = False,
    is_growing: bool = False,
    tell: Callable[[str], None] = log.info,
) -> Adapted:
    """Adapt a model.

    Args:
        base: model folder, run folder or checkpoint.
        settings: of a recipe (`adapting/recipe.py` fills it up).
        out: folder of the results; must not hold a run yet.
        old: what old tasks are measured on; None: nothing is known of them afterwards, and nothing is refused.
        is_forced: keep what was learned whatever the old tasks lost.
        is_growing: whether heads grow by the classes and letters of the training clips.
        tell: given a line when something is done.

    Raises:
        ValueError: whatever building, training and measuring refuse.
    """
    filled = fill_up(settings, base, out, is_growing=is_growing)
    recipe = parse_recipe(filled, "recipe")
    recipe = resolve_fields(recipe, read_sources(recipe.data.train))
    tasks = build_tasks(recipe)
    before = _measured(recipe, build_model(recipe))
    tell(f"before: {_short(before)}")
    old_tasks = None
    old_before: Scores = {}
    if old is not None:
        old_tasks = OldTasks(base, old.manifest, split=old.split, names=old.tasks, limit=old.limit, out=out)
        old_before = old_tasks.before()
        tell(f"old tasks before: {_short(old_before)}")
        compare("old", old_before, old_before, old_tasks.model.tasks, old.budgets or {})  # a wrong name says so now
    outcome = run_recipe(recipe, out / RUN)
    if not outcome.is_finished:
        return Adapted((), str(out / RUN), None, 0, outcome.step, is_refused=True, is_finished=False)
    model = load_model(out / RUN)
    rows = compare("new", before, _measured(recipe, model), tasks)
    if old is not None and old_tasks is not None:
        rows += compare("old", old_before, old_tasks.after(model), old_tasks.model.tasks, old.budgets or {})
    is_refused = any(row.is_lost for row in rows) and not is_forced
    path, size = (None, 0) if is_refused else _keep(base, model, out)
    done = Adapted(tuple(rows), str(out / RUN), path, size, outcome.step, is_refused)
    _write_report(out / REPORT, base, done, old)
    return done


def _keep(base: str | Path, model: MultiTaskModel, out: Path) -> tuple[str | None, int]:
    """Write the adapter where there can be one; the run is there in any case."""
    if not is_model_folder(base):
        return None, 0
    try:
        size = write_adapter(out / ADAPTER, ModelFolder(base), model, out.name)
    except ValueError as error:
        log.warning("no adapter file: %s", error)
        return None, 0
    return str(out / ADAPTER), size


def _measured(recipe: Recipe, model: MultiTaskModel) -> Scores:
    batches = build_dev(recipe, model)
    if batches is None:
        raise ValueError("the recipe has no dev clips to measure on: add data.dev")
    return evaluate(model, batches)


def _short(scores: Scores) -> str:
    found: Sequence[str] = [
        f"{task} {name} {value:.4g}"
        for task, values in scores.items()
        for name, value in values.items()
        if name not in ("loss", "num_clips")
    ]
    return ", ".join(found) or "nothing was measured"


def _write_report(path: Path, base: str | Path, done: Adapted, old: Old | None) -> None:
    partial = path.with_name(path.name + ".partial")
    clips = {} if old is None else {"old_clips": {"manifest": str(old.manifest), "split": old.split}}
    told = {"model": str(base), **asdict(done), **clips}
    partial.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
