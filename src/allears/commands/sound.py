"""The output of a CTC head as the search of commands needs it, and its frames as seconds.

In: logits window by window. Out: log-probabilities of the whole clip, times of frames, slots with the times of their
words.

Letters: T frames, C units (the blank is number 0), f frames the head spells a frame of the encoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from allears.commands.answer import SlotValue
from allears.decode.base import WindowOutput
from allears.decode.spelling import SPACE, unfold

__all__ = ["frame_times", "free_logprob", "letter_frames", "log_softmax", "spell", "when"]


def log_softmax(outputs: Sequence[WindowOutput], num_units: int) -> np.ndarray:
    """Logits (T, f * C) of each window -> log-probabilities (f * T, C) of all.

    Raises:
        ValueError: a width that is no multiple of the number of units.
    """
    logits = np.concatenate([unfold(output.output, num_units) for output in outputs])
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def free_logprob(logprobs: np.ndarray) -> float:
    """Log-probability of the best alignment of anything at all."""
    return float(logprobs.max(axis=1).sum())


def spell(units: Sequence[int], names: Sequence[str]) -> str:
    """Text of units that are letters."""
    return "".join(names[unit] for unit in units).replace(SPACE, " ").strip()


def letter_frames(
    frames: Sequence[tuple[int, int]], units: Sequence[int], names: Sequence[str]
) -> list[tuple[int, int]]:
    """Frames of each letter of what `spell` gives: those of the unit it is in.

    Args:
        frames: of each unit, the first and the one after the last.
        units: as numbers.
        names: of all units.
    """
    found = [span for span, unit in zip(frames, units, strict=True) for _ in names[unit]]
    return found[1:] if units and names[units[0]].startswith(SPACE) else found


def frame_times(outputs: Sequence[WindowOutput], num_units: int, frame_shift_s: float) -> np.ndarray:
    """Start of each frame in the clip, and the end of the last: (f * T + 1,) seconds."""
    starts: list[np.ndarray] = []
    end_s = 0.0
    for output in outputs:
        num_frames = output.output.size // num_units
        shift_s = frame_shift_s * len(output.output) / max(1, num_frames)
        starts.append(output.start_s + np.arange(num_frames) * shift_s)
        end_s = output.start_s + num_frames * shift_s
    return np.append(np.concatenate(starts), end_s)


def when(
    slots: Mapping[str, SlotValue],
    spans: Mapping[str, tuple[int, int]],
    frames: Sequence[tuple[int, int]],
    times_s: np.ndarray,
) -> dict[str, SlotValue]:
    """The slots with their times.

    Args:
        slots: without times.
        spans: name -> first letter of its words and the one after the last; a fixed slot has none.
        frames: of each letter, the first and the one after the last.
        times_s: of frames.
    """
    timed = dict(slots)
    for name, (first, stop) in spans.items():
        if stop > first:
            start_s, end_s = times_s[frames[first][0]], times_s[frames[stop - 1][1]]
            timed[name] = replace(slots[name], start_s=round(float(start_s), 3), end_s=round(float(end_s), 3))
    return timed
