"""A smaller encoder of the same family, begun from the larger one's weights: a student, before it has learned.

Some of the layers stay, evenly spread, the first and the last among them (as DistilBERT takes every other layer: Sanh
et al. 2019), and of each frame the numbers that most is written to and read from. Heads read what is left. Such a
student knows little until a recovery training taught it what the teacher says: `--recover` with the tasks
`teacher-layers` and `taught` (recipes/small).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from allears.compress import METHODS
from allears.compress.base import Unit
from allears.compress.network import head_tasks, put_down, take_up
from allears.compress.shrink import Keep, everything, head_width, shrink
from allears.compress.taylor import magnitude_scores
from allears.encoders.whisper import WhisperEncoder
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import Resolution

__all__ = ["distil"]


@dataclass(frozen=True)
class _Distil:
    dim: int | None
    depth: int | None
    is_rounding: bool = False

    def units(self, model: ModelFolder) -> tuple[Unit, ...]:
        """The encoder, which becomes a student whole or not at all."""
        return (Unit("encoder", ENCODER, (), 0, tuple(task.name for task in model.spec.tasks)),)

    def apply(self, model: ModelFolder, out: Path, units: Sequence[Unit], clips: Sequence[np.ndarray]) -> None:
        texts = [task.name for task in model.spec.tasks if task.resolution is Resolution.TEXT]
        if texts and self.dim not in (None, model.spec.dim):
            raise ValueError(
                f"{', '.join(texts)}: a text decoder reads frames of its own width, {model.spec.dim}; leave these "
                f"tasks out (--without {','.join(texts)}), or keep the width and make the student less deep"
            )
        network = take_up(model)
        encoder = cast(WhisperEncoder, network.encoder)
        dim, depth = self.dim or encoder.dim, self.depth or len(encoder.layers)
        _check(dim, depth, encoder)
        shrink(network, _student(network, encoder, dim, depth))
        put_down(network, model, out, head_tasks(model))


def _check(dim: int, depth: int, encoder: WhisperEncoder) -> None:
    width = head_width(encoder)
    if dim > encoder.dim or dim % width or not 1 <= depth <= len(encoder.layers):
        raise ValueError(
            f"a student {dim} wide and {depth} deep of a teacher {encoder.dim} wide and {len(encoder.layers)} deep: "
            f"give no more than those, and a width of whole heads of {width}"
        )


def _student(network: Any, encoder: WhisperEncoder, dim: int, depth: int) -> Keep:
    """What stays of the teacher."""
    layers = _spread(len(encoder.layers), depth)
    share = dim / encoder.dim
    heads, columns = magnitude_scores(network)
    all_ = everything(encoder)
    return Keep(
        {i: _top(heads[i], max(1, round(share * len(all_.heads[i])))) for i in layers},
        {i: _top(columns[i], max(1, round(share * len(all_.columns[i])))) for i in layers},
        _top(_use_of_dims(encoder), dim),
    )


def _spread(total: int, count: int) -> list[int]:
    """`count` of `total` numbers, evenly, the last among them, and the first if there are two."""
    if count == 1:
        return [total - 1]
    return [round(i * (total - 1) / (count - 1)) for i in range(count)]


def _use_of_dims(encoder: WhisperEncoder) -> Tensor:
    """(D,) how much every layer writes to each number of a frame, times how much it reads there, in squares."""
    layers = [cast(Any, layer) for layer in encoder.layers]
    written = encoder.conv2.weight.detach().square().sum((1, 2))
    read = torch.zeros(encoder.dim)
    for layer in layers:
        attention = layer.self_attn
        written = written + attention.out_proj.weight.detach().square().sum(1)
        written = written + layer.fc2.weight.detach().square().sum(1)
        into = sum(
            one.weight.detach().square().sum(0) for one in (attention.q_proj, attention.k_proj, attention.v_proj)
        )
        read = read + into * layer.self_attn_layer_norm.weight.detach().square()
        read = read + layer.fc1.weight.detach().square().sum(0) * layer.final_layer_norm.weight.detach().square()
    return written * read


def _top(scores: Tensor, count: int) -> Tensor:
    return scores.topk(count).indices.sort().values


@METHODS.register
def distil(*, dim: int | None = None, depth: int | None = None) -> _Distil:
    """A student of the encoder, to be taught by a recovery training.

    Args:
        dim: width of its frames; the teacher's if None.
        depth: how many layers it has; as many as the teacher if None.
    """
    return _Distil(dim, depth)
