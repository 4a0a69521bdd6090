"""Running numbers of a task from its answers, one meter a kind of answer.

In: an answer of `Session.hear` and the clip with its labels. Out: `{metric: value}`. A clip that is not labelled for
the task, or was not answered, changes nothing.

Letters: T frames, E size of an embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip
from allears.loudness import frames_of_rttm, loud_frames
from allears.scoring.meanings import MeaningMeter, ValueMeter
from allears.scoring.rates import area_under_curve, equal_error, text_error
from allears.scoring.truth import true_class, true_name, true_text
from allears.spec import TaskSpec
from allears.texts import plain_words

__all__ = ["HIGHER_IS_BETTER", "Meter", "meter_of"]

HIGHER_IS_BETTER: Mapping[str, bool] = {
    "accuracy": True, "agreement": True, "cer": False, "eer": False, "intent_accuracy": True, "roc_auc": True,
    "slot_f1": True, "wer": False, "whole_right": True,
}  # fmt: skip
_SPEECH_FIELDS = ("text", "text_full", "speaker", "keyword")  # only a clip of speech has one of them


class Meter(Protocol):
    """A running number over clips."""

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        """Take in the answer to one clip, (S,) samples."""
        ...

    def compute(self) -> dict[str, float]:
        """Metric -> value, the one that budgets are about first; empty if nothing was seen."""
        ...


class _Texts:
    """Words, and letters where a head spells, that are wrong."""

    def __init__(self, task: TaskSpec, units: tuple[Literal["wer", "cer"], ...]) -> None:
        self.task, self.units = task, units
        self.said: list[str] = []
        self.written: list[str] = []

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        text = true_text(self.task, clip)
        if text is not None:
            self.said.append(text)
            self.written.append(plain_words(answer.text))

    def compute(self) -> dict[str, float]:
        return _known({unit: text_error(self.said, self.written, unit) for unit in self.units})


class _Classes:
    """Clips whose class is right."""

    def __init__(self, task: TaskSpec) -> None:
        self.task = task
        self.is_right: list[bool] = []

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        truth = true_class(self.task, clip)
        if truth is not None:
            self.is_right.append(answer.label == truth)

    def compute(self) -> dict[str, float]:
        return {"accuracy": float(np.mean(self.is_right))} if self.is_right else {}


class _Names:
    """Pairs of clips, the same voice (or word) or two."""

    def __init__(self, task: TaskSpec) -> None:
        self.task = task
        self.vectors: list[np.ndarray] = []
        self.names: list[str] = []

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        name = true_name(self.task, clip)
        if name is not None:
            self.vectors.append(np.asarray(answer.vector))
            self.names.append(name)

    def compute(self) -> dict[str, float]:
        if not self.names:
            return {}
        rows, columns = np.triu_indices(len(self.names), k=1)
        names, vectors = np.array(self.names), np.stack(self.vectors)
        return _known({"eer": equal_error((vectors @ vectors.T)[rows, columns], names[rows] == names[columns])})


class _Spans:
    """Frames in which somebody speaks."""

    def __init__(self, task: TaskSpec) -> None:
        self.scores: list[np.ndarray] = []
        self.is_true: list[np.ndarray] = []

    def update(self, answer: Any, clip: Clip, audio: np.ndarray) -> None:
        truth = _spoken(clip, audio, len(answer.probabilities), answer.frame_shift_s)
        if truth is not None:
            self.scores.append(np.asarray(answer.probabilities))
            self.is_true.append(truth)

    def compute(self) -> dict[str, float]:
        if not self.scores:
            return {}
        return _known({"roc_auc": area_under_curve(np.concatenate(self.scores), np.concatenate(self.is_true))})


def _spoken(clip: Clip, audio: np.ndarray, num_frames: int, frame_shift_s: float) -> np.ndarray | None:
    """(T,) bool; None where nobody can tell."""
    if "noise" in clip.labels:
        return np.zeros(num_frames, bool)
    if "rttm" in clip.labels:
        return frames_of_rttm(str(clip.labels["rttm"]), num_frames, frame_shift_s) > 0
    if any(field in clip.labels for field in _SPEECH_FIELDS):
        return loud_frames(audio, round(frame_shift_s * SAMPLE_RATE), num_frames)
    return None


def _known(found: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in found.items() if value is not None}


_METERS: Mapping[str, Callable[[TaskSpec], Meter]] = {
    "ctc": lambda task: _Texts(task, ("wer", "cer")),
    "embedding": _Names,
    "segments": _Spans,
    "slots": ValueMeter,
    "top-one": _Classes,
    "transcript": lambda task: _Texts(task, ("wer",)),
    "understanding": MeaningMeter,
}  # decode kind -> what measures it


def meter_of(task: TaskSpec) -> Meter | None:
    """A fresh meter for a task; None where answers of its kind cannot be told right from wrong by labels."""
    if task.decode.get("writes") == "translation":
        return None
    make = _METERS.get(str(task.decode["kind"]).replace("_", "-"))
    return None if make is None else make(task)
