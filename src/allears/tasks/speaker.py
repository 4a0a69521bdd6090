"""Who speaks: an embedding in which clips of one voice are near each other.

Manifest: `speaker`; `voice`, where another model's embedding is to teach (`teacher_size`). Loss: additive angular
margin over the speakers of the training data, and the distance to the teacher. The parts are in `parts/voice.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.heads import EmbeddingHead
from allears.parts.voice import KnownVoices, VoiceLabel, VoiceLoss
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "speaker"]


@TASKS.register
def speaker(
    *,
    names: Sequence[str],
    size: int = 192,
    hidden: int = 256,
    stride: int = 1,
    dropout: float = 0.1,
    margin: float = 0.2,
    scale: float = 30.0,
    margin_steps: int = 0,
    teacher_size: int | None = None,
    teacher_weight: float = 10.0,
    window_frames: tuple[int, int] | None = None,
    threshold: float = 0.5,
) -> Task:
    """Speaker embedding of `size` numbers; `names` are the training speakers (`{from_field: speaker}` in a recipe).

    `teacher_size` numbers are in the files that the field `voice` names; without it the field is not read.
    """
    known = sorted(set(names))
    return Task(
        spec=TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding", "threshold": threshold}),
        label=VoiceLabel(known, has_teacher=teacher_size is not None),
        head=lambda dim: EmbeddingHead(
            dim, size, 3 * len(known), hidden=hidden, dropout=dropout, stride=stride, teacher_size=teacher_size
        ),
        loss_per_clip=VoiceLoss(
            margin=margin,
            scale=scale,
            margin_steps=margin_steps,
            teacher_weight=teacher_weight,
            window_frames=window_frames,
        ),
        metrics=lambda: (KnownVoices(),),
        is_open_set=True,
    )


EXAMPLE = Example({"names": ("a", "b"), "size": 8, "hidden": 8}, ({"speaker": "a"}, {"speaker": "b"}))
