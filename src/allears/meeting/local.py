"""Who of a few speakers talks when within some seconds, and what each of them sounds like: one window after another.

In: one pass of the encoder over a chunk. Out: `LocalWindow`s that overlap. Within a window the head `turns` tells the
speakers apart, two at once too; each one's voice vector is made of the frames in which nobody else talks. Whether
anybody talks at all is what the head `speech` says, which heard far more kinds of noise. Which speakers of different
windows are one person is found out later (`persons.py`). This is the first half of Bredin 2023,
"pyannote.audio 2.1 speaker diarization pipeline".

Letters: L layers, T frames, D width, S speakers of a window, E size of the embedding, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allears.decode.answers import Span
from allears.decode.embedding import unit
from allears.decode.turns import NOBODY, members, probabilities
from allears.runtime.overheard import Pass
from allears.spec import ModelSpec

__all__ = ["TURNS", "LocalWindow", "later", "local_windows", "window_starts"]

TURNS, SPEAKER = "turns", "speaker"
_WINDOW_FRAMES = 500  # 10 s; where a model does not say
_STEP_S = 2.5  # each moment is heard in four windows
_ENOUGH_S = 0.4  # alone; with less, what is said under another voice counts too
_LEAST_S = 0.2  # of speech: with less there is no vector


@dataclass(frozen=True, eq=False)
class LocalWindow:
    """What one window tells.

    Attributes:
        start_s: of the window.
        step_s: seconds from one frame to the next.
        presence: (T, S) float32, probability that each of its speakers talks.
        vectors: (S, E) float32, each of length 1; zeros for one who says too little.
        alone_s: (S,) float32 seconds that each vector was made of; 0 where there is none.
    """

    start_s: float
    step_s: float
    presence: np.ndarray
    vectors: np.ndarray
    alone_s: np.ndarray

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.presence) * self.step_s


def local_windows(heard: Pass, model: ModelSpec, num_frames: int, speech: Sequence[Span]) -> tuple[LocalWindow, ...]:
    """The windows of a pass of `num_frames` frames without the tail, in which somebody speaks in the spans `speech`.

    Times are seconds from the start of the pass.
    """
    task, shift_s = model.task(TURNS), model.frame_shift_s
    is_speech = np.zeros(num_frames, bool)
    for span in speech:
        is_speech[round(span.start_s / shift_s) : round(span.end_s / shift_s)] = True
    length = int(task.decode.get("window_frames", _WINDOW_FRAMES))
    step = round(_STEP_S / shift_s)
    windows = []
    for first in window_starts(num_frames, length, step):
        layers = np.ascontiguousarray(heard.layers[:, :, first : min(first + length, num_frames)])
        logits = np.repeat(heard.head(TURNS, layers), task.stride, axis=0)[: layers.shape[2]]
        likely = _heeding(is_speech[first : first + len(logits)], probabilities(logits), task.classes)
        windows.append(_window(heard, layers, likely, task.classes, first * shift_s, shift_s))
    return tuple(windows)


def window_starts(num_frames: int, length: int, step: int) -> list[int]:
    """First frames of windows that slide over all frames, the last one flush with their end."""
    if num_frames <= length:
        return [0] if num_frames > 0 else []
    return [*range(0, num_frames - length, step), num_frames - length]


def later(window: LocalWindow, by_s: float) -> LocalWindow:
    """The same window, moved."""
    return replace(window, start_s=window.start_s + by_s)


def _heeding(is_speech: np.ndarray, likely: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Probabilities (T, C) given whether somebody talks, (T,): nobody does, or somebody does."""
    nobody = np.array([name == NOBODY for name in classes])
    somebody = np.where(nobody, 0.0, likely + 1e-9)
    return np.where(is_speech[:, None], somebody / somebody.sum(axis=1, keepdims=True), nobody).astype(np.float32)


def _window(
    heard: Pass, layers: np.ndarray, likely: np.ndarray, classes: Sequence[str], start_s: float, step_s: float
) -> LocalWindow:
    sets = members(classes)
    talks = sets[likely.argmax(axis=1)] > 0  # (T, S)
    found = [_voice(heard, layers, talks, who, step_s) for who in range(talks.shape[1])]
    size = max(len(vector) for vector, _ in found)
    vectors = np.stack([vector if len(vector) else np.zeros(size, np.float32) for vector, _ in found])
    return LocalWindow(start_s, step_s, likely @ sets, vectors, np.array([alone_s for _, alone_s in found], np.float32))


def _voice(heard: Pass, layers: np.ndarray, talks: np.ndarray, who: int, step_s: float) -> tuple[np.ndarray, float]:
    """What one speaker sounds like, (E,), and the seconds that tells it; empty and 0 for one who says too little."""
    own = talks[:, who]
    alone = own & (talks.sum(axis=1) == 1)
    told_by = alone if alone.sum() * step_s >= _ENOUGH_S else own
    if told_by.sum() * step_s < _LEAST_S:
        return np.zeros(0, np.float32), 0.0
    vector = heard.head(SPEAKER, np.ascontiguousarray(layers[:, :, told_by])).reshape(-1)
    return unit(vector).astype(np.float32), float(told_by.sum() * step_s)
