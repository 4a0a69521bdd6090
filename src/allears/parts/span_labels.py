"""Manifest fields of stretches of time -> targets a frame.

In: a field that is a list of `[start_s, end_s, value]`. Out: what each frame is, and which frames anything is said of:
a frame in no stretch is unlabelled, unless the task has a class for it.

Letters: P clips, T frames, C columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.tasks.base import LabelContext

__all__ = ["FrameTarget", "SpanLabel"]


@dataclass(frozen=True)
class FrameTarget:
    """Targets of P clips.

    Attributes:
        value: (P, T, C) float.
        is_known: (P, T) float, 1 where a frame is labelled and in the clip.
    """

    value: Tensor
    is_known: Tensor


class SpanLabel:
    """See the module.

    Args:
        field: manifest key.
        num_columns: C.
        write: (frames (T', C) of a stretch, its value) -> whether the value is one of the task's; fills the frames in.
        rest: (C,) of frames in no stretch; None if nothing is known of them.
    """

    def __init__(
        self,
        field: str,
        num_columns: int,
        write: Callable[[np.ndarray, Any], bool],
        rest: np.ndarray | None = None,
    ) -> None:
        self.field, self.num_columns, self.write, self.rest = field, num_columns, write, rest

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> tuple[np.ndarray, np.ndarray] | None:
        if self.field not in fields:
            return None
        value = np.zeros((context.num_frames, self.num_columns), np.float32)
        is_known = np.full(context.num_frames, self.rest is not None, np.float32)
        is_free = np.ones(context.num_frames, bool)
        for start_s, end_s, said in _stretches(self.field, fields[self.field]):
            first, stop = (
                max(0, round((t * context.time_scale + context.offset_s) / context.frame_shift_s))
                for t in (start_s, end_s)
            )
            if self.write(value[first:stop], said):
                is_known[first:stop], is_free[first:stop] = 1.0, False
        if self.rest is not None:
            value[is_free] = self.rest
        return (value, is_known) if is_known.any() else None

    def collate(self, values: Sequence[tuple[np.ndarray, np.ndarray]], max_frames: int) -> FrameTarget:
        value = torch.zeros(len(values), max_frames, self.num_columns)
        is_known = torch.zeros(len(values), max_frames)
        for row, (one, known) in enumerate(values):
            value[row, : len(one)], is_known[row, : len(one)] = torch.from_numpy(one), torch.from_numpy(known)
        return FrameTarget(value, is_known)


def _stretches(field: str, given: Any) -> list[tuple[float, float, Any]]:
    try:
        found = [(float(start_s), float(end_s), value) for start_s, end_s, value in given]
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the field {field!r} is {given!r}: give a list of [start in seconds, end in seconds, value]"
        ) from error
    bad = next((one for one in found if not 0.0 <= one[0] <= one[1]), None)
    if bad is not None:
        raise ValueError(f"the field {field!r} has the stretch {bad}: give 0 <= start <= end, in seconds")
    return found
