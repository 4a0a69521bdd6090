"""Manifest fields -> training targets, the parts that tasks are composed from. A missing field gives None: absence.

Letters: P clips, T frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.tasks.base import LabelContext

__all__ = ["SPEECH_FIELDS", "ClassLabel", "NumberLabel", "SpeechLabel", "TagsLabel", "loud_frames"]

SPEECH_FIELDS = ("text", "speaker", "keyword")  # only a clip of speech has one of them


class ClassLabel:
    """One class of a closed set, from one field.

    Args:
        field: manifest key.
        classes: what it may say.
        convert: applied to the value first (`fr-CA` -> `fr`).

    A value outside `classes` is absence: the clip does not teach this task anything.
    """

    def __init__(self, field: str, classes: Sequence[str], convert: Callable[[str], str] = str) -> None:
        self.field, self.convert = field, convert
        self.index = {name: i for i, name in enumerate(classes)}

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> int | None:
        value = fields.get(self.field)
        return None if value is None else self.index.get(self.convert(value))

    def collate(self, values: Sequence[int], max_frames: int) -> Tensor:
        return torch.tensor(list(values), dtype=torch.int64)


class TagsLabel:
    """Several classes of a set, from one field: a list of them, or one alone.

    Args:
        field: manifest key.
        classes: what may be in it; other values in the list say nothing.
    """

    def __init__(self, field: str, classes: Sequence[str]) -> None:
        self.field, self.classes = field, tuple(classes)

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        given = fields.get(self.field)
        if given is None:
            return None
        said = {given} if isinstance(given, str) else set(map(str, given))
        return np.array([name in said for name in self.classes], np.float32)

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> Tensor:
        return torch.from_numpy(np.stack(values))


class NumberLabel:
    """A quantity, from one field, in standard deviations from the mean: (P, 1).

    Args:
        field: manifest key.
        mean: of the quantity.
        std: its standard deviation.
    """

    def __init__(self, field: str, mean: float = 0.0, std: float = 1.0) -> None:
        self.field, self.mean, self.std = field, mean, std

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> float | None:
        given = fields.get(self.field)
        if given is None:
            return None
        try:
            return (float(given) - self.mean) / self.std
        except (TypeError, ValueError) as error:
            raise ValueError(f"the field {self.field!r} is {given!r}: give a number, or leave it out") from error

    def collate(self, values: Sequence[float], max_frames: int) -> Tensor:
        return torch.tensor(list(values), dtype=torch.float32)[:, None]


def loud_frames(clean: np.ndarray, frame_samples: int, num_frames: int) -> np.ndarray:
    """Where a clean recording is louder than its own background, (T,) bool.

    A frame is loud within 35 dB of the clip's loud frames (95th percentile) and 8 dB above its quiet ones (10th), but
    never below -65 dBFS; pauses under 0.2 s inside speech are filled, bursts under 0.06 s dropped.
    """
    padded = np.zeros(num_frames * frame_samples, np.float32)
    padded[: min(len(clean), len(padded))] = clean[: len(padded)]
    level_db = 10 * np.log10(padded.reshape(num_frames, frame_samples).astype(np.float64).var(axis=1) + 1e-12)
    inside = level_db[: max(1, -(-len(clean) // frame_samples))]
    loud, quiet = np.percentile(inside, 95), np.percentile(inside, 10)
    threshold = max(loud - 35.0, min(quiet + 8.0, loud - 15.0), -65.0)
    return _close(level_db > threshold, fill=10, drop=3)


def _close(active: np.ndarray, fill: int, drop: int) -> np.ndarray:
    """Fill inner gaps shorter than `fill` frames, then drop runs shorter than `drop`."""
    out = active.copy()
    for start, stop in _runs(~out):
        if stop - start < fill and start > 0 and stop < len(out):
            out[start:stop] = True
    for start, stop in _runs(out):
        if stop - start < drop:
            out[start:stop] = False
    return out


def _runs(active: np.ndarray) -> np.ndarray:
    """(first, one past the last) of every run of true, (R, 2)."""
    return np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]]))).reshape(-1, 2)


class SpeechLabel:
    """When somebody speaks, a frame at a time.

    From the who-speaks-when file of the field `rttm` where there is one; never, where the field `noise` names the clip
    as noise; else from the loudness of the clip before noise and rooms were added, if some field says it is speech.

    Args:
        sample_rate: of the audio, Hz.
        speech_fields: fields that only speech has.
    """

    def __init__(self, sample_rate: int, speech_fields: Sequence[str] = SPEECH_FIELDS) -> None:
        self.sample_rate, self.speech_fields = sample_rate, tuple(speech_fields)

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        if "noise" in fields:
            return np.zeros(context.num_frames, np.float32)
        if "rttm" in fields:
            return _frames_of_rttm(str(fields["rttm"]), context)
        if context.clean is None or not any(f in fields for f in self.speech_fields):
            return None
        frame_samples = round(context.frame_shift_s * self.sample_rate)
        return loud_frames(context.clean, frame_samples, context.num_frames).astype(np.float32)

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> Tensor:
        out = torch.zeros(len(values), max_frames)
        for row, value in zip(out, values, strict=True):
            row[: len(value)] = torch.from_numpy(value[:max_frames])
        return out


def _frames_of_rttm(path: str, context: LabelContext) -> np.ndarray:
    """Frames in which any speaker of an RTTM file is active, (T,)."""
    out = np.zeros(context.num_frames, np.float32)
    with open(path, encoding="utf-8") as file:
        for line in file:
            parts = line.split()
            if parts and parts[0] == "SPEAKER":
                start = float(parts[3]) * context.time_scale + context.offset_s
                stop = start + float(parts[4]) * context.time_scale
                out[round(start / context.frame_shift_s) : round(stop / context.frame_shift_s)] = 1.0
    return out
