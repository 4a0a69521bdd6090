"""What a task is: five parts put together, no subclass.

A task file in this folder registers a function that builds a `Task` from plain options. See `docs/add-a-task.md`.

Letters: B clips, P clips with the label, T frames, D width, C classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from torch import Tensor, nn

from allears.batch import Labels
from allears.spec import TaskSpec

__all__ = ["Label", "LabelContext", "LossPerClip", "Metric", "Task"]


@dataclass(frozen=True)
class LabelContext:
    """What a label may need to know of the audio it belongs to, after augmentation.

    Attributes:
        num_samples: samples of the clip as the encoder will see it.
        num_frames: encoder frames of the clip, tail included.
        frame_shift_s: seconds a frame.
        clean: (S,) the clip before noise and rooms, at the same length and speed; None if it was not kept.
        time_scale: length of the clip after speed perturbation / before (labels in seconds are multiplied by it).
        speed: the factor the clip was sped up by, 1.0 if none.
        offset_s: silence put before the clip, seconds (labels in seconds are scaled, then moved by it).
        audio: (S,) the clip as the encoder will hear it; None if it was not kept.
        hidden: (S,) which items of the input the encoder is not shown; None where nothing is hidden.
    """

    num_samples: int
    num_frames: int
    frame_shift_s: float
    clean: np.ndarray | None = None
    time_scale: float = 1.0
    speed: float = 1.0
    offset_s: float = 0.0
    audio: np.ndarray | None = None
    hidden: np.ndarray | None = None


class Label(Protocol):
    """Manifest fields -> one training target -> a batch of them."""

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> Any | None:
        """The target of one clip; None if the clip does not carry the label."""
        ...

    def collate(self, values: Sequence[Any], max_frames: int) -> Any:
        """Put the targets of the P present clips together."""
        ...


class Metric(Protocol):
    """A running number over a data set."""

    name: str
    higher_is_better: bool

    def update(self, output: Any, target: Any, num_frames: Tensor) -> None:
        """Take in what the head gave for P clips (on CPU) and their collated targets."""
        ...

    def compute(self) -> float | None:
        """The number; None if nothing was seen."""
        ...


LossPerClip = Callable[[nn.Module, Tensor, Tensor, Any], Tensor]
"""(head, features (P, T, D), num_frames (P,), target) -> (P,): one loss a clip, never a mean."""


@dataclass(frozen=True)
class Task:
    """A task.

    Attributes:
        spec: what the runtime needs to know.
        label: manifest fields -> targets.
        head: width D -> the network that reads the shared features. `head(features (B, T, D), num_frames (B,))` gives
            the output that `metrics` and the exported file see.
        loss_per_clip: see `LossPerClip`.
        metrics: builds fresh metrics for one evaluation.
        reads: `mix`: a learned weighted sum of all layers; `last`: the encoder's output.
        is_exported: whether the runtime gets this head (a distillation target is not an answer).
        is_open_set: whether clips of classes that training never saw can be judged by `metrics` but have no loss
            (voices): evaluation then leaves the loss out.
    """

    spec: TaskSpec
    label: Label
    head: Callable[[int], nn.Module]
    loss_per_clip: LossPerClip
    metrics: Callable[[], Sequence[Metric]]
    reads: Literal["mix", "last"] = "mix"
    is_exported: bool = True
    is_open_set: bool = False

    @property
    def name(self) -> str:
        return self.spec.name

    def loss(self, head: nn.Module, features: Tensor, num_frames: Tensor, labels: Labels | None) -> Tensor | None:
        """Mean loss over the clips that carry the label, features (B, T, D); None if none does (never 0, never NaN)."""
        if labels is None or labels.present.numel() == 0:
            return None
        rows = labels.present
        return self.loss_per_clip(head, features[rows], num_frames[rows], labels.value).mean()
