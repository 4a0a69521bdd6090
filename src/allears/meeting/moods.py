"""The mood of each turn: the emotion head's logits of the pieces that fall into it, averaged by how much they do.

In: turns and `Material`. Out: turns with moods. A turn of less than 1.5 s gets none: a word has no mood to go by.

Letters: N pieces, M moods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allears.decode.base import WindowOutput
from allears.decode.top_one import top_one
from allears.meeting.chunk import Material
from allears.meeting.minutes import Turn
from allears.spec import ModelSpec

__all__ = ["EMOTION", "with_moods"]

EMOTION = "emotion"
_SHORTEST_S = 1.5


def with_moods(turns: Sequence[Turn], material: Material, model: ModelSpec) -> tuple[Turn, ...]:
    """The turns, with a mood where one can be told; as they are if the pieces have none."""
    if not material.moods.shape[1]:
        return tuple(turns)
    return tuple(_with_mood(turn, material, model) for turn in turns)


def _with_mood(turn: Turn, material: Material, model: ModelSpec) -> Turn:
    if turn.end_s - turn.start_s < _SHORTEST_S:
        return turn
    pieces = material.pieces
    shared = np.minimum(pieces[:, 1], turn.end_s) - np.maximum(pieces[:, 0], turn.start_s)
    inside = np.flatnonzero(shared > 0.5 * (pieces[:, 1] - pieces[:, 0]))
    if not len(inside):
        return turn
    heard = [WindowOutput(float(pieces[i, 0]), float(shared[i]), material.moods[i]) for i in inside]
    choice = top_one(heard, model.task(EMOTION), model)
    return replace(turn, mood=choice.label, mood_probability=round(choice.probability, 4))
