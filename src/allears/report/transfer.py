"""A model before and after it was adapted, measured once for the page: weights, layers, what was forgotten.

In: stages and clips. Out: `Transfer`, which the sections read. What cannot be measured is said on the page instead.
Exported models are measured without torch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np

from allears.scoring.folder import ClipSound
from allears.transfer.cka import linear_cka
from allears.transfer.forgetting import Forgetting
from allears.transfer.layer_rows import fills_a_row, paired_rows
from allears.transfer.moved import Moved, compare_weights
from allears.transfer.stages import Stage, layers_of, weights_of_stage

__all__ = ["HasTransfer", "Similarity", "Transfer", "compare_stages"]

T = TypeVar("T")

log = logging.getLogger(__name__)

_UNUSABLE = (ValueError, OSError, RuntimeError)  # RuntimeError: torch says so of weights of another model


@dataclass(frozen=True, eq=False)
class Similarity:
    """How alike layers are.

    Attributes:
        cka: (L, M), rows the layers of the model as it was.
        num_clips, num_rows: that it is the mean over; a row is `ROW_S` seconds.
    """

    cka: np.ndarray
    num_clips: int
    num_rows: int


@dataclass(frozen=True)
class Transfer:
    """What became of a model.

    Attributes:
        before: the model as it was.
        after: what was made of it, in order.
        moved: name of a stage -> how far its weights are from `before`, or why nobody can say.
        similarity: name of a stage -> how alike its layers are to those of `before`, or why nobody can say.
        forgetting: scores by stage; None if nothing was measured.
        not_forgetting: why there are none.
    """

    before: Stage
    after: tuple[Stage, ...]
    moved: Mapping[str, Moved | str] = field(default_factory=dict)
    similarity: Mapping[str, Similarity | str] = field(default_factory=dict)
    forgetting: Forgetting | None = None
    not_forgetting: str = ""


class HasTransfer(Protocol):
    """What the sections of an adaptation read."""

    @property
    def transfer(self) -> Transfer | None: ...


def compare_stages(
    before: Stage,
    after: Sequence[Stage],
    clips: Sequence[ClipSound],
    *,
    forgetting: Forgetting | None = None,
    not_forgetting: str = "",
    tell: Callable[[str], None] = log.info,
) -> Transfer:
    """Compare weights, and layers on the clips.

    Args:
        before: the model as it was.
        after: what was made of it.
        clips: for the layers; none: they are not compared.
        forgetting, not_forgetting: see `Transfer`.
        tell: given a line when something long begins.
    """
    moved: dict[str, Moved | str] = {}
    similarity: dict[str, Similarity | str] = {}
    for stage in after:
        tell(f"comparing {stage.name} with {before.name}")
        moved[stage.name] = _tried(lambda stage=stage: _moved(before, stage))  # type: ignore[misc]
        if clips:
            similarity[stage.name] = _tried(lambda stage=stage: _alike(before, stage, clips))  # type: ignore[misc]
    return Transfer(before, tuple(after), moved, similarity, forgetting, not_forgetting)


def _tried(measure: Callable[[], T]) -> T | str:
    """What it gives, or why it cannot."""
    try:
        return measure()
    except _UNUSABLE as error:
        log.warning("not compared: %s", error)
        return str(error)


def _moved(before: Stage, after: Stage) -> Moved:
    return compare_weights(weights_of_stage(before), weights_of_stage(after))


def _alike(before: Stage, after: Stage, clips: Sequence[ClipSound]) -> Similarity:
    batches = list(paired_rows(layers_of(before), layers_of(after), (clip.audio for clip in clips)))
    num_heard = sum(fills_a_row(clip.audio) for clip in clips)
    return Similarity(linear_cka(batches), num_heard, sum(rows.shape[1] for rows, _ in batches))
