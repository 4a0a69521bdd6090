"""What is known of each phone of a sentence, as targets: the parts that tasks of speaking are composed from.

Manifest: `teacher`, a file that `teacher_prosody.py` reads; the sound comes with the input (`LabelContext.clean`).

Letters: B clips, N phones, C numbers a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.parts.padding import frame_mask
from allears.tasks.base import LabelContext
from allears.teacher_prosody import Prosody, read_prosody

__all__ = ["PhoneError", "PhoneLabel", "PhoneTarget", "check_counts", "mean_over_phones"]


@dataclass(frozen=True)
class PhoneTarget:
    """Targets of B clips.

    Attributes:
        values: (B, N, C) float32, zero past a clip's phones.
        counts: (B,) phones of each.
    """

    values: Tensor
    counts: Tensor


class PhoneLabel:
    """Numbers for each phone, from the teacher's file.

    Args:
        read: prosody, context -> (N, C).
    """

    def __init__(self, read: Callable[[Prosody, LabelContext], np.ndarray]) -> None:
        self.read = read

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        if "teacher" not in fields:
            return None
        return self.read(read_prosody(str(fields["teacher"])), context)

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> PhoneTarget:
        out = torch.zeros(len(values), max(max_frames, *(len(v) for v in values)), values[0].shape[1])
        for row, value in zip(out, values, strict=True):
            row[: len(value)] = torch.from_numpy(value)
        return PhoneTarget(out, torch.tensor([len(value) for value in values]))


def check_counts(counts: Tensor, num_frames: Tensor) -> None:
    """Raise ValueError if the teacher's phones are not as many as those that the encoder read."""
    if not torch.equal(counts, num_frames):
        raise ValueError(
            f"the teacher's files have {counts.tolist()} phones, the encoder read {num_frames.tolist()} (silence at "
            "both ends counts): let phones and teacher of each row be of the same sentence"
        )


def mean_over_phones(error: Tensor, counts: Tensor) -> Tensor:
    """(B, N) -> (B,), over each clip's own phones."""
    mask = frame_mask(error.shape[1], counts)
    return (error * mask).sum(1) / mask.sum(1).clamp(min=1)


class PhoneError:
    """A mean over phones.

    Args:
        name: of the metric; lower is better.
        error: output (N, C') and target (N, C) of one clip -> numbers, one a phone that counts.
    """

    higher_is_better = False

    def __init__(self, name: str, error: Callable[[Tensor, Tensor], Tensor]) -> None:
        self.name, self._error = name, error
        self._sum, self._count = 0.0, 0

    def update(self, output: Tensor, target: PhoneTarget, num_frames: Tensor) -> None:
        for said, wanted, count in zip(output.float(), target.values, target.counts.tolist(), strict=True):
            errors = self._error(said[:count], wanted[:count])
            self._sum, self._count = self._sum + float(errors.sum()), self._count + errors.numel()

    def compute(self) -> float | None:
        return self._sum / self._count if self._count else None
