"""Who speaks when in a clip, and the sets of speakers that may talk at a moment as classes.

In: the RTTM file of the field `rttm`, or `noise` where nobody speaks. Out: who talks in which frame, (P, T, N). A
network that tells few speakers apart learns from windows of a clip: in each, those who talk most are its speakers, A
the first, and others are left out; where more talk at once than a class holds, those who talk most in the window are
kept.

Letters: P clips, T frames, N speakers of a clip, S speakers a window, C classes.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.decode.turns import NOBODY, members
from allears.rttm import read_rttm
from allears.tasks.base import LabelContext

__all__ = ["SetsOfSpeakers", "TurnLabel", "orders", "sets_of"]


def sets_of(num_speakers: int, at_once: int) -> tuple[str, ...]:
    """Names of the classes: `none`, then each set of at most `at_once` speakers, small ones first."""
    letters = ascii_uppercase[:num_speakers]
    sizes = range(1, at_once + 1)
    return (NOBODY, *("".join(one) for size in sizes for one in itertools.combinations(letters, size)))


def orders(classes: Sequence[str]) -> np.ndarray:
    """What each class becomes under each order of the speakers, (S!, C) int64; the first changes nothing."""
    sets = members(classes)
    index = {tuple(row): number for number, row in enumerate(sets.tolist())}
    permutations = itertools.permutations(range(sets.shape[1]))
    return np.array([[index[tuple(row)] for row in sets[:, list(order)].tolist()] for order in permutations])


class SetsOfSpeakers:
    """Who talks (P, T, N) -> the class of each frame (P, T), window by window. See the module.

    Args:
        classes: as `sets_of` names them.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        sets = torch.from_numpy(members(classes)).long()
        self._num_speakers, self._at_once = sets.shape[1], int(sets.sum(dim=1).max())
        self._bits = 2 ** torch.arange(self._num_speakers)
        self._number = torch.zeros(2**self._num_speakers, dtype=torch.int64)
        self._number[sets @ self._bits] = torch.arange(len(sets))

    def __call__(self, talks: Tensor) -> Tensor:
        most = talks.sum(dim=1).argsort(dim=1, descending=True, stable=True)[:, : self._num_speakers]  # (P, S)
        kept = talks.gather(2, most[:, None, :].expand(-1, talks.shape[1], -1)) > 0
        kept = kept & (kept.cumsum(dim=2) <= self._at_once)
        code = (kept.long() * self._bits[: kept.shape[2]].to(talks.device)).sum(dim=2)
        return self._number.to(talks.device)[code]


class TurnLabel:
    """See the module."""

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        if "noise" in fields:
            return np.zeros((context.num_frames, 1), np.float32)
        return _talks(str(fields["rttm"]), context) if "rttm" in fields else None

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> Tensor:
        out = torch.zeros(len(values), max_frames, max(value.shape[1] for value in values))
        for row, value in zip(out, values, strict=True):
            row[: len(value), : value.shape[1]] = torch.from_numpy(value[:max_frames])
        return out


def _talks(path: str, context: LabelContext) -> np.ndarray:
    """(T, N) float32, 1 where a speaker talks; one column of zeros where nobody does."""
    turns = read_rttm(path)
    names = sorted({who for *_, who in turns})
    talks = np.zeros((context.num_frames, max(len(names), 1)), np.float32)
    for start_s, end_s, who in turns:
        first, stop = (
            max(0, round((t * context.time_scale + context.offset_s) / context.frame_shift_s)) for t in (start_s, end_s)
        )
        talks[first:stop, names.index(who)] = 1.0
    return talks
