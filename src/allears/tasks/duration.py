"""How long each phone lasts. Manifest: `teacher`. Loss: squared error of the logarithm.

Source: FastSpeech 2 (Ren et al. 2021), section 2.3: (ln frames - prediction)^2, a phone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from torch import Tensor, nn

from allears.parts.heads import FrameHead
from allears.parts.phone_labels import PhoneError, PhoneLabel, PhoneTarget, check_counts, mean_over_phones
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.example import Example
from allears.teacher_prosody import Prosody
from allears.voice_frames import FRAME_S

__all__ = ["EXAMPLE", "duration"]


def _read(prosody: Prosody, _: LabelContext) -> np.ndarray:
    return np.log(np.maximum(prosody.durations, 1)).astype(np.float32)[:, None]


def _loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: PhoneTarget) -> Tensor:
    check_counts(target.counts, num_frames)
    said = head(features, num_frames).float()[..., 0]
    return mean_over_phones((said - target.values[:, : said.shape[1], 0]).square(), target.counts)


@TASKS.register
def duration(*, name: str = "duration", hidden: int = 128, kernel: int = 3, dropout: float = 0.2) -> Task:
    """ln of the frames (12.5 ms) that each phone lasts."""
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "none"}),
        label=PhoneLabel(_read),
        head=lambda dim: FrameHead(dim, 1, hidden=hidden, kernel=kernel, dropout=dropout),
        loss_per_clip=_loss,
        metrics=lambda: (
            PhoneError("error_ms", lambda said, wanted: 1000 * FRAME_S * (said.exp() - wanted.exp()).abs()),
        ),
        is_exported=False,
    )


def _write(folder: Path) -> None:
    """Two sentences of 25 phones in 26 frames: what the contract tests' encoder makes of half a second."""
    for name, long in (("first", 3), ("last", 20)):
        durations = np.ones(25, np.int32)
        durations[long] = 2
        f0 = np.full(26, 120.0 if name == "first" else 240.0, np.float32)
        np.savez(folder / f"{name}.npz", durations=durations, f0=f0, frames_a_unit=1)


EXAMPLE = Example({"hidden": 8}, ({"teacher": "{folder}/first.npz"}, {"teacher": "{folder}/last.npz"}), _write)
