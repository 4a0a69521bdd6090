"""Speech or not, frame by frame: voice activity detection.

Manifest: `rttm` where there is one, `noise` for clips of noise, else any clip of speech (see `SpeechLabel`).
Loss: binary cross-entropy a frame.
"""

from __future__ import annotations

from allears.audio import SAMPLE_RATE
from allears.parts.heads import FrameHead
from allears.parts.labels import SpeechLabel
from allears.parts.losses import frame_binary_cross_entropy
from allears.parts.metrics import FrameAuc
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "speech"]


@TASKS.register
def speech(*, hidden: int = 64, kernel: int = 9, threshold: float = 0.5) -> Task:
    """Voice activity detection: one probability every frame."""
    decode = {"kind": "segments", "threshold": threshold, "min_speech_s": 0.1, "min_silence_s": 0.2, "pad_s": 0.06}
    return Task(
        spec=TaskSpec("speech", Resolution.FRAME, decode, ("speech",)),
        label=SpeechLabel(SAMPLE_RATE),
        head=lambda dim: FrameHead(dim, 1, hidden=hidden, kernel=kernel),
        loss_per_clip=frame_binary_cross_entropy,
        metrics=lambda: (FrameAuc(),),
    )


EXAMPLE = Example({"hidden": 8}, ({"text": "hello"}, {"noise": "rain"}))
