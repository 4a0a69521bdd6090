"""Running numbers of commands: values that were found, intents, and commands that are right from beginning to end.

In: answers of the kinds `slots` and `understanding`, and clips with `text`, `slots`, `intent`. Out: `{metric: value}`,
as `meters.py` says. A value is right if its name and its words are: what was heard has no places in what was said, so
that the words stand for the stretch that conlleval compares (`understand/f1.py`). Two equal values in a command count
twice. A clip with a slot or an intent that the task does not know is no measure of it, and left out of that number.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from allears.data.manifest import Clip
from allears.decode.answers import Slots
from allears.scoring.truth import true_intent, true_values
from allears.spec import TaskSpec
from allears.texts import plain_words
from allears.understand.f1 import SpanCounts

__all__ = ["MeaningMeter", "ValueMeter"]


class ValueMeter:
    """F1 of the values in commands."""

    def __init__(self, task: TaskSpec) -> None:
        self.task, self.counts = task, SpanCounts()

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        true = true_values(self.task, clip)
        if true is not None:
            self.counts.add(_said(answer), true)

    def compute(self) -> dict[str, float]:
        return {} if self.counts.f1 is None else {"slot_f1": self.counts.f1}


class MeaningMeter:
    """Intents that are right, F1 of the values, and commands in which all of that is right."""

    def __init__(self, task: TaskSpec) -> None:
        self.task, self.values = task, ValueMeter(task)
        self.is_intent_right: list[bool] = []
        self.is_whole: list[bool] = []

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        self.values.update(answer.slots, clip, audio)
        intent, true = true_intent(self.task, clip), true_values(self.task, clip)
        if intent is None:
            return
        self.is_intent_right.append(answer.intent.label == intent)
        if true is not None:
            self.is_whole.append(answer.intent.label == intent and Counter(_said(answer.slots)) == Counter(true))

    def compute(self) -> dict[str, float]:
        found = {"intent_accuracy": float(np.mean(self.is_intent_right))} if self.is_intent_right else {}
        found |= self.values.compute()
        return found | ({"whole_right": float(np.mean(self.is_whole))} if self.is_whole else {})


def _said(answer: Slots) -> list[tuple[str, str]]:
    return [(slot.name, plain_words(slot.value)) for slot in answer.slots]
