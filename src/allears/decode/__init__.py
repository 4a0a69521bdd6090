"""Network outputs -> answers, in numpy alone."""

from __future__ import annotations

from typing import Any

from allears.decode.answers import Choice, Embedding, Segment, Span, Spans, Transcript, Word
from allears.plugins import Registry

__all__ = ["DECODES", "Choice", "Embedding", "Segment", "Span", "Spans", "Transcript", "Word"]

DECODES: Registry[Any] = Registry("decode kind", __name__, entry_points="allears.decode")
