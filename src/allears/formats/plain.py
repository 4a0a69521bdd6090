"""Answers as plain values that JSON can hold, whatever task they are of: nothing has to be known about the task."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from allears.decode.answers import Audio, Embedding, Span, Spans

__all__ = ["plain"]

_DECIMALS = 6  # of a vector's numbers: float32 has no more


def plain(value: Any) -> Any:
    """Dictionaries, lists, strings and numbers for any answer.

    Spans are their times (what each frame said is left out: hours of audio have millions), an embedding is its vector,
    sound is its length (its samples are no text), any other dataclass is its fields, a number that is not finite is
    null, and what is unknown is its `repr`.
    """
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Span):
        return {"start": round(value.start_s, 3), "end": round(value.end_s, 3)}
    if isinstance(value, Spans):
        return [plain(span) for span in value.spans]
    if isinstance(value, Audio):
        return {"duration": round(value.duration_s, 3), "sample_rate": value.sample_rate}
    if isinstance(value, Embedding):
        return plain(value.vector)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return _plain_collection(value)


def _plain_collection(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        is_float = np.issubdtype(value.dtype, np.floating)
        return [plain(item) for item in (value.astype(float).round(_DECIMALS) if is_float else value).tolist()]
    if isinstance(value, np.generic | Enum):
        return plain(value.item() if isinstance(value, np.generic) else value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(item) for item in value]
    return repr(value)
