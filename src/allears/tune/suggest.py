"""Knobs -> values for one trial, and a look beforehand whether they fit the recipe at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import optuna

from allears.config.load import dump_recipe, override
from allears.config.schema import Recipe
from allears.tune.space import Knob
from allears.tune.trial import with_settings

__all__ = ["check_space", "suggest"]


def suggest(trial: optuna.Trial, recipe: Recipe, knobs: Sequence[Knob]) -> dict[str, Any]:
    """A value for every knob that applies; `when` sees what was chosen before it, else what the recipe says."""
    here = dump_recipe(recipe)
    settings: dict[str, Any] = {}
    for knob in knobs:
        if all(_at(here, path) in wanted for path, wanted in knob.when.items()):
            settings[knob.path] = _value(trial, knob)
            override(here, f"{knob.path}={json.dumps(settings[knob.path])}")
    return settings


def check_space(recipe: Recipe, knobs: Sequence[Knob]) -> None:
    """Every choice, and the low end of every range, must make a recipe, each by itself. Raises ValueError."""
    for knob in knobs:
        for value in [json.loads(text) for text in knob.choices] or [knob.example()]:
            with_settings(recipe, {knob.path: value}, f"{knob.path}={json.dumps(value)}")


def _value(trial: optuna.Trial, knob: Knob) -> Any:
    if knob.choices:
        return json.loads(trial.suggest_categorical(knob.path, knob.choices))
    if knob.is_whole:
        step = 1 if knob.step is None else int(knob.step)
        return trial.suggest_int(knob.path, int(knob.low), int(knob.high), step=step, log=knob.is_log)
    return trial.suggest_float(knob.path, knob.low, knob.high, step=knob.step, log=knob.is_log)


def _at(data: Any, path: str) -> Any:
    """The value at a path; None if there is none."""
    for part in path.split("."):
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
    return data
