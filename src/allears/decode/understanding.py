"""Decode kind `understanding`: what a spoken command wants, and the values in it, from the sound alone.

In: (T, U + I) of each window: scores of U units (letters and tags around values, as of the kind `slots`), and beside
them, the same in every frame, logits of I intents. Out: `Understood`.

The task's `classes` are the names of the units, the blank (an empty name) first, then the intents; the option
`num_intents` says how many those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allears.decode import DECODES
from allears.decode.answers import Understood
from allears.decode.base import WindowOutput
from allears.decode.slots import slots
from allears.decode.top_one import top_one
from allears.spec import ModelSpec, TaskSpec

__all__ = ["understanding"]


@DECODES.register
def understanding(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Understood:
    """Scores of units and intents -> the intent and the values; where nothing was heard, still the likeliest intent.

    Raises:
        ValueError: the head does not fit the task's classes.
    """
    num_units = len(task.classes) - int(task.decode["num_intents"])
    spelt = [replace(window, output=window.output[:, :num_units]) for window in windows]
    wants = [replace(window, output=window.output[:, num_units:].mean(0)) for window in windows]
    intent = top_one(wants, replace(task, classes=task.classes[num_units:]), model)
    return Understood(intent, slots(spelt, replace(task, classes=task.classes[:num_units]), model))
