"""Decode kind `ctc`: scores of letters a frame become a transcript with word times.

In: logits (T, f * C) of each window, f spellings a frame. Out: `Transcript`, a segment a window. Word times are where
CTC's spikes are: the start of a word is right to a frame or two, its end is early by what the last letter lasts on.

The task's `classes` are the names of the units, the blank (an empty name) first.

Letters: T frames, C units.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Segment, Transcript
from allears.decode.base import WindowOutput
from allears.decode.guards import compression_ratio
from allears.decode.spelling import join, read_best_path, unfold, words_of
from allears.spec import ModelSpec, TaskSpec

__all__ = ["ctc"]


@DECODES.register
def ctc(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Transcript:
    """Scores of units a frame -> what was said.

    Raises:
        ValueError: the head does not fit the task's units.
    """
    segments = (_segment(window, task.classes, model.shift_s(task)) for window in windows)
    return Transcript(tuple(segment for segment in segments if segment.text), None)


def _segment(window: WindowOutput, names: Sequence[str], shift_s: float) -> Segment:
    logits = unfold(window.output, len(names))
    frame_s = shift_s * len(window.output) / max(1, len(logits))
    said = read_best_path(logits, frame_s, window.start_s)
    text, words = join(said, names), words_of(said, names)
    return Segment(
        start_s=words[0].start_s if words else window.start_s,
        end_s=words[-1].end_s if words else window.start_s,
        text=text,
        words=words,
        tokens=tuple(one.unit for one in said),
        mean_logprob=float(np.mean([one.logprob for one in said])) if said else 0.0,
        compression_ratio=compression_ratio(text),
    )
