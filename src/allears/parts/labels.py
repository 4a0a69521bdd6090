"""Manifest fields -> training targets, the parts that tasks are composed from. A missing field gives None: absence.

Letters: P clips, T frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.loudness import frames_of_rttm, loud_frames
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
            return frames_of_rttm(
                str(fields["rttm"]),
                context.num_frames,
                context.frame_shift_s,
                time_scale=context.time_scale,
                offset_s=context.offset_s,
            )
        if context.clean is None or not any(f in fields for f in self.speech_fields):
            return None
        frame_samples = round(context.frame_shift_s * self.sample_rate)
        return loud_frames(context.clean, frame_samples, context.num_frames).astype(np.float32)

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> Tensor:
        out = torch.zeros(len(values), max_frames)
        for row, value in zip(out, values, strict=True):
            row[: len(value)] = torch.from_numpy(value[:max_frames])
        return out
