"""The search: Optuna's tree-structured Parzen estimator over a journal that several processes may share.

In: a recipe, knobs, a goal and a number of trials. Out: a study on disk, a run folder a trial, the best recipe.
Source: Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization" (TPE), as Optuna has it. A trial that is
worse than the median of the earlier ones at the same step is stopped there. The choice of trial N depends on the seed,
on N and on what was known when it began: a search that was stopped goes on as if it had not been.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
import yaml
from optuna.trial import FrozenTrial, TrialState

from allears.config.load import dump_recipe
from allears.config.schema import Recipe
from allears.tune.journal import folder_of, num_begun, put_back
from allears.tune.space import Knob
from allears.tune.suggest import check_space, suggest
from allears.tune.trial import Goal, Stopped, train_in_pieces, with_settings

__all__ = ["Search", "search", "settings_of", "write_best"]

log = logging.getLogger(__name__)

_SETTINGS = "settings"  # attribute of a trial: what it set, as JSON


@dataclass(frozen=True)
class Search:
    """How to search.

    Attributes:
        recipe: what is changed.
        knobs: what may change in it.
        goal: what is to be made good.
        out: folder of the trials' runs.
        piece_steps: steps between looks at a trial.
        seed: of the choices.
        num_startup: trials chosen at random before the estimator begins, and before any is stopped early.
        is_pruned: whether bad trials are stopped early.
    """

    recipe: Recipe
    knobs: Sequence[Knob]
    goal: Goal
    out: Path
    piece_steps: int
    seed: int = 0
    num_startup: int = 8
    is_pruned: bool = True


def search(study: optuna.Study, what: Search, num_trials: int) -> int:
    """Do trials until the study has `num_trials`, those of other processes counted. Returns the number done here.

    Raises:
        Stopped: the user asked for an end; the trial goes on when the search does.
        ValueError: the space does not fit the recipe.
    """
    check_space(what.recipe, what.knobs)
    done = 0
    while num_begun(study) < num_trials:
        trial = study.ask()
        study.sampler = optuna.samplers.TPESampler(seed=what.seed + trial.number, n_startup_trials=what.num_startup)
        settings = suggest(trial, what.recipe, what.knobs)
        trial.set_user_attr(_SETTINGS, json.dumps(settings))
        log.info("trial %d: %s", trial.number, settings)
        _do(study, trial, what, settings)
        done += 1
    return done


def settings_of(trial: FrozenTrial) -> dict[str, Any]:
    """What a trial set, by `--set` path."""
    settings: dict[str, Any] = json.loads(trial.user_attrs.get(_SETTINGS, "{}"))
    return settings


def write_best(study: optuna.Study, what: Search, path: Path) -> Path | None:
    """Write the recipe of the best finished trial, ready for `allears train`; None if no trial has finished."""
    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        return None
    best = study.best_trial
    recipe = with_settings(what.recipe, settings_of(best), f"{what.recipe.name}-tuned")
    text = yaml.safe_dump(dump_recipe(recipe), sort_keys=False, allow_unicode=True)
    head = f"# Trial {best.number} of a search for {what.goal.name}: {best.value:.6g}\n"
    partial = path.with_name(path.name + ".partial")
    partial.write_text(head + text, encoding="utf-8")
    os.replace(partial, path)
    return path


def _do(study: optuna.Study, trial: optuna.Trial, what: Search, settings: Mapping[str, Any]) -> None:
    """Train one trial and tell the study how it ended."""
    study.pruner = (
        optuna.pruners.MedianPruner(n_startup_trials=what.num_startup) if what.is_pruned else optuna.pruners.NopPruner()
    )
    folder = folder_of(trial)
    try:
        recipe = with_settings(what.recipe, settings, f"{what.recipe.name}-{folder}")
        best = _train(trial, recipe, what, what.out / folder)
    except Stopped:
        put_back(study, trial)
        study.tell(trial, state=TrialState.FAIL)
        raise
    except ValueError as error:
        log.warning("trial %d failed: %s", trial.number, error)
        trial.set_user_attr("error", str(error))
        study.tell(trial, state=TrialState.FAIL)
        return
    study.tell(trial, best, state=TrialState.PRUNED if best is None else TrialState.COMPLETE)


def _train(trial: optuna.Trial, recipe: Recipe, what: Search, folder: Path) -> float | None:
    """The best value along the way; None if the trial was stopped early."""
    best: float | None = None
    for step, value in train_in_pieces(recipe, folder, what.goal, piece_steps=what.piece_steps):
        if best is None or what.goal.is_better(value, best):
            best = value
            trial.set_user_attr("best_step", step)
        trial.report(value, step)
        if step < recipe.optim.num_steps and trial.should_prune():
            log.info("trial %d: stopped at step %d, %s is %.4g", trial.number, step, what.goal.name, value)
            return None
    assert best is not None, "the last step is always evaluated"
    return best
