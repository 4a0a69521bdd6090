"""How a network's output becomes an answer. One file a kind, found by looking into this folder.

A clip longer than one pass is heard in windows. A decode function gets what the head gave for each window, in order,
and answers for the whole clip, so nothing has to be known of neighbours while listening.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from allears.spec import ModelSpec, TaskSpec

__all__ = ["Decode", "WindowOutput"]


@dataclass(frozen=True, eq=False)
class WindowOutput:
    """What one head gave for one window.

    Attributes:
        start_s: where the window starts in the clip, seconds.
        duration_s: how long it is, seconds (without the encoder's silent tail).
        output: array without the batch axis: (T, C) for frames, (C,) for clips, T trimmed to the window's real frames.
        speech_s: seconds of speech in the window, where that is known: how much its answer should count.
        audio: (S,) the window's samples, for a task whose `decode` says `needs_audio: true`; else None.
    """

    start_s: float
    duration_s: float
    output: np.ndarray
    speech_s: float | None = None
    audio: np.ndarray | None = None


class Decode(Protocol):
    """A kind of decoding, registered in `DECODES`."""

    def __call__(self, windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Any: ...
