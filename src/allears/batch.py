"""What one training step sees: audio, and for every task the labels that are there.

A clip without a task's label is absent from that task's `Labels`: no sentinel value exists.

Letters: B clips, S samples, P clips that carry the label (P <= B).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

__all__ = ["Batch", "Labels"]


@dataclass(frozen=True)
class Labels:
    """Labels of one task in a batch.

    Attributes:
        value: what the task's `Label.collate` made of the present values; its rows are the P present clips.
        present: (P,) int64, which rows of the batch those are.
    """

    value: Any
    present: Tensor


@dataclass(frozen=True)
class Batch:
    """One step's clips.

    Attributes:
        audio: (B, S) float32, or what else the encoder reads (S, columns), zero past a clip's end.
        num_samples: (B,) real samples.
        labels: task name -> labels; a task nobody in the batch is labelled for has no key.
        ids: clip ids, for messages.
    """

    audio: Tensor
    num_samples: Tensor
    labels: Mapping[str, Labels]
    ids: tuple[str, ...] = field(default=())
