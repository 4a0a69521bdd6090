"""Attention heads, columns and whole layers of the encoder that matter least are taken out; its tensors get smaller.

For Whisper's encoder, the one that is taken up again from ONNX. Which heads and columns: `taylor` (see
`compress/taylor.py`) or `magnitude`. They are ranked over all layers together, so that a layer that does little loses
most; each keeps at least one head and a sixteenth of its columns. Layers are named, not ranked: the sensitivity table
(`--methods structured:layers=2`) says what each costs. The last one stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import torch
from torch import Tensor

from allears.compress import METHODS
from allears.compress.base import Unit
from allears.compress.network import head_tasks, put_down, take_up
from allears.compress.shrink import Keep, everything, shrink
from allears.compress.taylor import magnitude_scores, taylor_scores
from allears.compress.weights import matrix_units
from allears.encoders.whisper import WhisperEncoder
from allears.runtime.model_folder import ENCODER, ModelFolder

__all__ = ["structured"]

Score = Literal["taylor", "magnitude"]
_STEP = 16  # columns come in as many, which products of matrices like
_LEAST_COLUMNS = 16  # of a layer: one in so many stays


@dataclass(frozen=True)
class _Structured:
    heads: float
    columns: float
    layers: tuple[int, ...]
    score: Score
    num_clips: int
    is_rounding: bool = False

    def units(self, model: ModelFolder) -> tuple[Unit, ...]:
        """The layers of the encoder."""
        return tuple(unit for unit in matrix_units(model) if unit.file == ENCODER and ".layers." in unit.name)

    def apply(self, model: ModelFolder, out: Path, units: Sequence[Unit], clips: Sequence[np.ndarray]) -> None:
        network = take_up(model)
        chosen = [int(unit.name.rpartition(".")[2]) for unit in units]
        if self.score == "taylor" and (self.heads or self.columns):
            heads, columns = taylor_scores(network, clips[: self.num_clips])
        else:
            heads, columns = magnitude_scores(network)
        all_ = everything(cast(WhisperEncoder, network.encoder))
        kept_heads = {**all_.heads, **_best({i: heads[i] for i in chosen}, self.heads, least=lambda n: 1, step=1)}
        least = {**all_.columns, **_best({i: columns[i] for i in chosen}, self.columns, _least_columns, _STEP)}
        gone = set(self.layers) & set(chosen)
        keep = Keep(
            {i: v for i, v in kept_heads.items() if i not in gone},
            {i: v for i, v in least.items() if i not in gone},
            all_.dims,
        )
        shrink(network, keep)
        put_down(network, model, out, head_tasks(model) if gone else ())


def _least_columns(count: int) -> int:
    return max(1, count // _LEAST_COLUMNS)


def _best(scores: Mapping[int, Tensor], amount: float, least: object, step: int) -> dict[int, Tensor]:
    """Which parts of each layer stay when that share of all of them goes, those with the lowest scores first."""
    assert callable(least)
    if not scores or not amount:
        return {layer: torch.arange(len(one)) for layer, one in scores.items()}
    everyone = torch.cat(list(scores.values()))
    threshold = everyone.sort().values[min(len(everyone) - 1, round(amount * len(everyone)))]
    kept = {}
    for layer, one in scores.items():
        wanted = int((one >= threshold).sum())
        count = min(len(one), max(least(len(one)), -(-wanted // step) * step if step <= len(one) else wanted))
        kept[layer] = one.topk(count).indices.sort().values
    return kept


@METHODS.register
def structured(
    *,
    heads: float = 0.25,
    columns: float = 0.25,
    layers: int | Sequence[int] = (),
    score: Score = "taylor",
    num_clips: int = 16,
) -> _Structured:
    """Heads, columns and layers out of the encoder.

    Args:
        heads: share of the attention heads that goes, 0 to 1.
        columns: share of the columns that goes, likewise.
        layers: numbers of the layers that go, the lowest is 0.
        score: what says which heads and columns matter.
        num_clips: that `taylor` hears.

    Raises:
        ValueError: a share that is none, another score.
    """
    if not (0.0 <= heads < 1.0 and 0.0 <= columns < 1.0) or score not in ("taylor", "magnitude"):
        raise ValueError(
            f"heads {heads}, columns {columns}, score {score!r}: give shares from 0 to below 1, and taylor or magnitude"
        )
    gone = (layers,) if isinstance(layers, int) else tuple(layers)
    return _Structured(heads, columns, gone, score, num_clips)
