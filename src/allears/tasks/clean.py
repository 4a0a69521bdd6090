"""The voice without noise: how much of each frequency to keep, every 10 ms.

Manifest: any clip of speech (`text`, `speaker` or `keyword`) to which `data.augment` adds noise or rooms; `clean`, the
path of the same clip without noise; clips of `noise`, of which nothing is kept.
Loss: squared error of the masked spectrum.
Source: Erdogan et al. 2015 (phase-sensitive mask and spectrum approximation).
"""

from __future__ import annotations

from allears.heads import FrameHead
from allears.mask_labels import MaskLabel, SiSdrGain, masked_spectrum_error
from allears.spec import Resolution, TaskSpec
from allears.stft import NUM_BINS
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "clean"]


@TASKS.register
def clean(*, name: str = "clean", hidden: int = 256, kernel: int = 5, floor_db: float = -30.0) -> Task:
    """A mask on the short-time spectrum; the answer is the clip's sound times the mask.

    Args:
        name: of the task.
        hidden: width of the head.
        kernel: frames its convolutions span, odd.
        floor_db: the runtime takes away no more than this.
    """
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "spectral_mask", "needs_audio": True, "floor_db": floor_db}),
        label=MaskLabel(),
        head=lambda dim: FrameHead(dim, 2 * NUM_BINS, hidden=hidden, kernel=kernel),
        loss_per_clip=masked_spectrum_error,
        metrics=lambda: (SiSdrGain(),),
    )


EXAMPLE = Example({"hidden": 8}, ({"text": "hello"}, {"noise": "rain"}))
