"""Network outputs -> answers, in numpy alone."""

from __future__ import annotations

from typing import Any

from allears.decode.answers import (
    Audio,
    Choice,
    Curve,
    Embedding,
    LabelledSpan,
    Number,
    Segment,
    Slot,
    Slots,
    Span,
    Spans,
    Tags,
    Timeline,
    Transcript,
    Understood,
    Word,
)
from allears.plugins import Registry

__all__ = [
    "DECODES",
    "Audio",
    "Choice",
    "Curve",
    "Embedding",
    "LabelledSpan",
    "Number",
    "Segment",
    "Slot",
    "Slots",
    "Span",
    "Spans",
    "Tags",
    "Timeline",
    "Transcript",
    "Understood",
    "Word",
]

DECODES: Registry[Any] = Registry("decode kind", __name__, entry_points="allears.decode")
