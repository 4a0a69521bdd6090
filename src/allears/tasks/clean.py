"""The voice without noise: how much of each frequency to keep, every 10 ms.

Manifest: any clip of speech (`text`, `speaker` or `keyword`) to which `data.augment` adds noise or rooms; `clean`, the
path of the same clip without noise; clips of `noise`, of which nothing is kept.
Loss: error of the compressed spectrum and SI-SDR (`parts/mask_losses.py`).
Source: Braun and Tashev 2021 (loss); Luo and Mesgarani 2019 (convolutions of the head).
"""

from __future__ import annotations

from allears.parts.clean_head import CleanHead
from allears.parts.mask_labels import MaskLabel, SiSdrGain
from allears.parts.mask_losses import masked_sound_error
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "clean"]


@TASKS.register
def clean(*, name: str = "clean", hidden: int = 192, floor_db: float = -50.0) -> Task:
    """A mask on the short-time spectrum; the answer is the clip's sound times the mask.

    Args:
        name: of the task.
        hidden: width of the head.
        floor_db: the runtime takes away no more than this.
    """
    decode = {"kind": "spectral_mask", "needs_audio": True, "floor_db": floor_db}
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, decode, is_default=False),  # an hour of sound is not asked for by the way
        label=MaskLabel(),
        head=lambda dim: CleanHead(dim, hidden=hidden),
        loss_per_clip=masked_sound_error,
        metrics=lambda: (SiSdrGain(),),
    )


EXAMPLE = Example({"hidden": 8}, ({"text": "hello"}, {"noise": "rain"}))
