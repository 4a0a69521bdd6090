"""What a model can do, written into its file: the one thing that training and run time share.

In: JSON from the metadata of `encoder.onnx`. Out: frozen values. Neither side needs the other's code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from allears.versioned import read_versioned

__all__ = ["METADATA_KEY", "SPEC_VERSION", "ModelSpec", "Resolution", "TaskSpec"]

METADATA_KEY = "allears"  # key of the JSON in the ONNX metadata
SPEC_VERSION = 1  # raised when a file written today could not be read by yesterday's runtime


class Resolution(StrEnum):
    """What one answer of a task speaks about."""

    FRAME = "frame"
    CLIP = "clip"
    TEXT = "text"


@dataclass(frozen=True)
class TaskSpec:
    """One task of a model.

    Attributes:
        name: `speech`, `speaker`, ...
        resolution: one answer a frame, a clip, or a text.
        decode: how the network's output becomes an answer: `{"kind": name of a file in allears/decode, ...options}`.
        classes: labels of the outputs, in order; empty if the outputs have no names.
        file: ONNX file of the head beside `encoder.onnx`. Input `layers` (L, 1, T, D), output `output`; for
            `kind: transcript` the decoder with its cache (see `allears/decode/transcript.py`).
        is_default: whether it is answered when no task is named; if not, only on request: it is costly, or a means to
            other ends.
    """

    name: str
    resolution: Resolution
    decode: Mapping[str, Any]
    classes: tuple[str, ...] = ()
    file: str = ""
    is_default: bool = True

    @property
    def stride(self) -> int:
        """Encoder frames that one output of a head of frames stands for."""
        return int(self.decode.get("stride", 1))

    def num_outputs(self, num_frames: int) -> int:
        """Outputs that stand for so many encoder frames; the last may stand for fewer than `stride`."""
        return -(-num_frames // self.stride)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TaskSpec:
        return cls(
            name=data["name"],
            resolution=Resolution(data["resolution"]),
            decode=dict(data["decode"]),
            classes=tuple(data["classes"]),
            file=data["file"],
            is_default=data.get("is_default", True),  # models of 0.1 do not say
        )


@dataclass(frozen=True)
class ModelSpec:
    """A model: one shared encoder and its tasks.

    Attributes:
        name: `allears-base`, ...
        version: of the weights.
        sample_rate: of the input, Hz.
        frame_shift_s: seconds from one encoder frame to the next.
        tail_s: silence the encoder puts after the clip by itself, seconds; its last frames are that tail.
        max_window_s: longest clip one pass takes, seconds.
        num_layers: L of the encoder's output `layers`.
        dim: D.
        tasks: what it can answer.
        notes: free text for people (data, licence).
    """

    name: str
    version: str
    sample_rate: int
    frame_shift_s: float
    tail_s: float
    max_window_s: float
    num_layers: int
    dim: int
    tasks: tuple[TaskSpec, ...] = field(default=())
    notes: str = ""

    @property
    def default_tasks(self) -> tuple[str, ...]:
        """What is answered when no task is named; all there are if none of them is such a task."""
        return tuple(t.name for t in self.tasks if t.is_default) or tuple(t.name for t in self.tasks)

    def shift_s(self, task: TaskSpec) -> float:
        """Seconds from one output of a head of frames to the next."""
        return self.frame_shift_s * task.stride

    def task(self, name: str) -> TaskSpec:
        """The task of that name.

        Raises:
            ValueError: the model has no such task; the message names those it has.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        have = ", ".join(t.name for t in self.tasks)
        raise ValueError(f"the model {self.name!r} has no task {name!r}: it has {have}")

    def to_json(self) -> str:
        return json.dumps({"spec_version": SPEC_VERSION, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ModelSpec:
        """Read what `to_json` wrote.

        Raises:
            ValueError: written by a newer allears, or not a model spec.
        """
        data = read_versioned(text, "an allears model spec", SPEC_VERSION)
        try:
            tasks = tuple(TaskSpec.from_dict(t) for t in data.pop("tasks"))
            return cls(**data, tasks=tasks)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not an allears model spec: {error!r}; export the model again") from error
