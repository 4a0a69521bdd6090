"""Windows and who their speakers are -> who speaks when in the whole recording, several at once too.

A moment is heard in several windows; the mean of what they say of a person counts, those in whose middle the moment is
the most. Where somebody talks, the likeliest does, and others who are likely enough do, too. Short gaps are closed and
short stretches dropped.

Letters: W windows, S speakers of a window, T steps of the recording, K people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.segments import SegmentOptions, find_spans
from allears.meeting.local import LocalWindow

__all__ = ["presence_of", "stretches_of", "talks_of"]

_EDGE = 0.2  # how much a window's ends count, against its middle
_SOMEBODY = 0.5  # of all that people are likely to talk: with less, nobody does


def presence_of(windows: Sequence[LocalWindow], who: np.ndarray, num_people: int) -> np.ndarray:
    """Probability (T, K) that each person talks; steps that no window hears are 0."""
    step_s = windows[0].step_s
    num_steps = max(round(window.end_s / step_s) for window in windows)
    total, weight = np.zeros((num_steps, num_people)), np.zeros(num_steps)
    for window, people in zip(windows, who, strict=True):
        first = round(window.start_s / step_s)
        count = min(len(window.presence), num_steps - first)
        counts = _EDGE + (1 - _EDGE) * np.hanning(count + 2)[1:-1]
        weight[first : first + count] += counts
        for column, person in enumerate(people.tolist()):
            if person >= 0:
                total[first : first + count, person] += counts * window.presence[:count, column]
    return np.asarray(total / np.maximum(weight, 1e-9)[:, None])


def talks_of(presence: np.ndarray, second: float) -> np.ndarray:
    """Who talks, (T, K) bool: the likeliest where somebody does, and whoever is at least `second` likely to."""
    if not presence.size:
        return presence > 0
    talks = presence >= second
    talks[np.arange(len(presence)), presence.argmax(axis=1)] = True
    return np.asarray(talks & (presence.sum(axis=1) >= _SOMEBODY)[:, None])


def stretches_of(talks: np.ndarray, step_s: float, *, gap_s: float, least_s: float) -> list[tuple[int, float, float]]:
    """Person, start and end, seconds, of who talks (T, K), in order of the starts.

    Args:
        talks: of each person.
        step_s: seconds a step.
        gap_s: shorter gaps of one person are closed.
        least_s: shorter stretches are dropped.
    """
    end_s, options = len(talks) * step_s, SegmentOptions(0.5, least_s, gap_s, 0.0)
    found = [
        (person, span.start_s, span.end_s)
        for person in range(talks.shape[1])
        for span in find_spans(talks[:, person].astype(np.float32), options, step_s, end_s)
    ]
    return sorted(found, key=lambda one: one[1:])
