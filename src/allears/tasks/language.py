"""Which language is spoken, of those the training data has; the decoder's own tokens know the others.

Manifest: `language` (BCP-47; the region is dropped). Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.heads import ClipHead
from allears.parts.labels import ClassLabel
from allears.parts.losses import clip_cross_entropy
from allears.parts.metrics import Accuracy, MacroF1
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example
from allears.vocabulary import base_language

__all__ = ["EXAMPLE", "language"]


@TASKS.register
def language(*, classes: Sequence[str], hidden: int = 128, fusion: float = 0.7) -> Task:
    """Language identification over `classes`; `fusion` is the head's share beside the decoder's language tokens."""
    return Task(
        spec=TaskSpec("language", Resolution.CLIP, {"kind": "top_one", "fusion": fusion}, tuple(classes)),
        label=ClassLabel("language", classes, base_language),
        head=lambda dim: ClipHead(dim, len(classes), hidden=hidden),
        loss_per_clip=clip_cross_entropy,
        metrics=lambda: (Accuracy(), MacroF1()),
    )


EXAMPLE = Example({"classes": ("de", "en"), "hidden": 8}, ({"language": "de"}, {"language": "en"}))
