"""How well commands are understood from the sound: shares of clips and values that are right.

In: outputs (P, T, U + I) of the head and targets. Out: running numbers; sentences without sound do not count.

Letters: P rows, T frames, U units, I intents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor

from allears.parts.slot_labels import SlotF1, read_pairs
from allears.parts.understanding_labels import UnderstandingTarget

__all__ = ["IntentAccuracy", "ValueF1", "WholeRight"]


class IntentAccuracy:
    """Share of the labelled clips whose intent is right. `num_intents`: I."""

    name, higher_is_better = "intent_accuracy", True

    def __init__(self, num_intents: int) -> None:
        self._num_intents, self._num_right, self._num_clips = num_intents, 0, 0

    def update(self, output: Tensor, target: UnderstandingTarget, num_frames: Tensor) -> None:
        is_spoken = torch.isin(target.intent_rows, target.spoken)
        rows, true = target.intent_rows[is_spoken], target.intents[is_spoken]
        said = output[rows, 0, -self._num_intents :].argmax(-1)
        self._num_right += int((said == true).sum())
        self._num_clips += len(rows)

    def compute(self) -> float | None:
        return self._num_right / self._num_clips if self._num_clips else None


class ValueF1:
    """F1 of (slot, value) pairs, right to the letter. `names`: of the units."""

    name, higher_is_better = "slot_f1", True

    def __init__(self, names: Sequence[str]) -> None:
        self._num_units, self._pairs = len(names), SlotF1(names)

    def update(self, output: Tensor, target: UnderstandingTarget, num_frames: Tensor) -> None:
        if target.spelling is not None:
            rows = target.spelt_rows
            self._pairs.update(output[rows][..., : self._num_units], target.spelling, num_frames[rows])

    def compute(self) -> float | None:
        return self._pairs.compute()


class WholeRight:
    """Share of the clips, of those labelled for both, whose intent and all values are right.

    Args:
        names: of the units.
        num_intents: I.
    """

    name, higher_is_better = "whole_right", True

    def __init__(self, names: Sequence[str], num_intents: int) -> None:
        self._names, self._num_intents, self._num_right, self._num_clips = names, num_intents, 0, 0

    def update(self, output: Tensor, target: UnderstandingTarget, num_frames: Tensor) -> None:
        if target.spelling is None:
            return
        wanted = dict(zip(target.intent_rows.tolist(), target.intents.tolist(), strict=True))
        rows = output[target.spelt_rows]
        intents = rows[:, 0, -self._num_intents :].argmax(-1).tolist()
        pairs = read_pairs(rows[..., : len(self._names)], target.spelling, self._names)
        for row, intent, (said, true) in zip(target.spelt_rows.tolist(), intents, pairs, strict=True):
            if row in wanted:
                self._num_right += intent == wanted[row] and Counter(said) == Counter(true)
                self._num_clips += 1

    def compute(self) -> float | None:
        return self._num_right / self._num_clips if self._num_clips else None
