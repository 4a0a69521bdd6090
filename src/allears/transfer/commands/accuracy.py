"""How many commands a head understands: right if the intent and every value are, and the command is accepted.

In: a grammar, a head, lessons. Out: a share. The text decoder is not asked, so `hear` understands more than this.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from allears.commands.grammar import Grammar
from allears.decode.base import WindowOutput
from allears.transfer.commands.lesson import Lesson

__all__ = ["accuracy"]


@torch.no_grad()
def accuracy(
    grammar: Grammar,
    head: nn.Module,
    lessons: Sequence[Lesson],
    names: Sequence[str],
    frame_shift_s: float,
    *,
    stride: int = 1,
) -> float:
    """Share of lessons whose command the head understands; it answers `stride` frames together.

    Raises:
        ValueError: there are none.
    """
    if not lessons:
        raise ValueError("there is no lesson to measure on: give sentences and a voice that can be heard")
    head.eval()
    num_right = 0
    for lesson in lessons:
        features = lesson.features.float()[None]
        output = head(features, torch.tensor([features.shape[1]]))[0, : -(-lesson.num_frames // stride)].numpy()
        window = WindowOutput(0.0, lesson.num_frames * frame_shift_s, output)
        found, meant = (
            grammar.understand([window], names, frame_shift_s=frame_shift_s * stride),
            grammar.match(lesson.text),
        )
        num_right += found.is_accepted and (found.intent, found.values) == (meant.intent, meant.values)
    return num_right / len(lessons)
