"""How loud each phone is said. Manifest: `teacher`, with the sound. Loss: squared error, in standard deviations.

Source: FastSpeech 2 (Ren et al. 2021). Ours differs: one value a phone, the mean of ln of the level of its frames.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor, nn

from allears.parts.heads import FrameHead
from allears.parts.phone_labels import PhoneError, PhoneLabel, PhoneTarget, check_counts, mean_over_phones
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.duration import EXAMPLE as _SAID
from allears.tasks.example import Example
from allears.teacher_prosody import LEVEL, Prosody, phone_prosody
from allears.voice_frames import HOP, level

__all__ = ["EXAMPLE", "energy"]

_DB = 20 / float(np.log(10)) * LEVEL.std  # in a standard deviation


def _read(prosody: Prosody, context: LabelContext) -> np.ndarray:
    if context.clean is None or len(context.clean) < HOP:
        raise ValueError("a row with `teacher` needs its sound, of 12.5 ms at least: see data.input")
    return phone_prosody(prosody, level(context.clean))[:, 2:]


def _loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: PhoneTarget) -> Tensor:
    check_counts(target.counts, num_frames)
    said = head(features, num_frames).float()[..., 0]
    return mean_over_phones((said - target.values[:, : said.shape[1], 0]).square(), target.counts)


@TASKS.register
def energy(*, name: str = "energy", hidden: int = 128, kernel: int = 3, dropout: float = 0.2) -> Task:
    """Level of each phone in standard deviations of ln amplitude."""
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "none"}),
        label=PhoneLabel(_read),
        head=lambda dim: FrameHead(dim, 1, hidden=hidden, kernel=kernel, dropout=dropout),
        loss_per_clip=_loss,
        metrics=lambda: (PhoneError("error_db", lambda said, wanted: _DB * (said - wanted).abs()),),
        is_exported=False,
    )


EXAMPLE = Example({"hidden": 8}, _SAID.clips, _SAID.write)
