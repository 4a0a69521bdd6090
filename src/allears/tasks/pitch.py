"""How high each phone is said, and whether the voice sounds at all. Manifest: `teacher`.

Loss: squared error of ln F0 over voiced phones, in standard deviations, and cross-entropy of voiced or not.
Source: FastPitch (Lancucki 2021): one mean pitch a phone.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from allears.parts.heads import FrameHead
from allears.parts.phone_labels import PhoneError, PhoneLabel, PhoneTarget, check_counts, mean_over_phones
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.duration import EXAMPLE as _SAID
from allears.tasks.example import Example
from allears.teacher_prosody import PITCH, Prosody, phone_prosody

__all__ = ["EXAMPLE", "pitch"]

_SEMITONES = 12 / float(np.log(2)) * PITCH.std  # in a standard deviation


def _read(prosody: Prosody, _: LabelContext) -> np.ndarray:
    return phone_prosody(prosody, np.zeros(1, np.float32))[:, :2]


def _loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: PhoneTarget) -> Tensor:
    check_counts(target.counts, num_frames)
    said = head(features, num_frames).float()
    height, voiced = target.values[:, : said.shape[1]].unbind(-1)
    wrong = nn.functional.binary_cross_entropy_with_logits(said[..., 1], voiced, reduction="none")
    return mean_over_phones((said[..., 0] - height).square() * voiced + wrong, target.counts)


def _semitones(said: Tensor, wanted: Tensor) -> Tensor:
    return _SEMITONES * (said[:, 0] - wanted[:, 0]).abs()[wanted[:, 1] > 0]


def _misvoiced(said: Tensor, wanted: Tensor) -> Tensor:
    return ((said[:, 1] > 0) != (wanted[:, 1] > 0)).to(torch.float32)


@TASKS.register
def pitch(*, name: str = "pitch", hidden: int = 128, kernel: int = 5, dropout: float = 0.2) -> Task:
    """Pitch of each phone in standard deviations of ln F0, and the logit of its being voiced."""
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "none"}),
        label=PhoneLabel(_read),
        head=lambda dim: FrameHead(dim, 2, hidden=hidden, kernel=kernel, dropout=dropout),
        loss_per_clip=_loss,
        metrics=lambda: (PhoneError("error_semitones", _semitones), PhoneError("misvoiced", _misvoiced)),
        is_exported=False,
    )


EXAMPLE = Example({"hidden": 8}, _SAID.clips, _SAID.write)
