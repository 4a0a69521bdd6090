"""The blocks that features consist of: one a layer of the encoder, one a head that gives an embedding.

In: a model. Out: `Block`s, in the order of the features' columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allears.runtime.parts import Parts
from allears.spec import ModelSpec, Resolution, TaskSpec

__all__ = ["SPEECH", "Block", "blocks_of", "embedding_tasks", "speech_file"]

SPEECH = "speech"  # the task whose outputs weigh the frames

_PROBE_FRAMES = 2  # any number of frames shows how wide an embedding is


@dataclass(frozen=True)
class Block:
    """Columns `start` to `stop` of the features.

    Attributes:
        name: of the layer (`layer 3`) or of the task whose head gives the embedding.
        start, stop: columns.
        layer: its number; None for an embedding. The first half of a layer's columns are means, the second half are
            the logarithms of the standard deviations.
    """

    name: str
    start: int
    stop: int
    layer: int | None = None

    @property
    def columns(self) -> slice:
        return slice(self.start, self.stop)


def speech_file(model: ModelSpec) -> str | None:
    """File of the head whose outputs weigh the frames; None if the model has none."""
    return next((task.file for task in model.tasks if task.name == SPEECH and task.decode["kind"] == "segments"), None)


def embedding_tasks(model: ModelSpec) -> tuple[TaskSpec, ...]:
    """Tasks whose head makes one vector of a clip out of the layers alone."""
    return tuple(
        task
        for task in model.tasks
        if task.decode["kind"] == "embedding"
        and task.resolution is Resolution.CLIP
        and task.file
        and not task.decode.get("needs_audio")
    )


def blocks_of(parts: Parts, model: ModelSpec) -> tuple[Block, ...]:
    """The blocks of a model's features; its embedding heads are loaded to see how wide they are."""
    width = 2 * model.dim
    blocks = [Block(f"layer {at}", at * width, (at + 1) * width, at) for at in range(model.num_layers)]
    silence = np.zeros((model.num_layers, 1, _PROBE_FRAMES, model.dim), np.float32)
    for task in embedding_tasks(model):
        start = blocks[-1].stop
        blocks.append(Block(task.name, start, start + parts.head(task.name, silence).size))
    return tuple(blocks)
