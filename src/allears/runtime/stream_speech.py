"""Whether somebody speaks right now: the probability of speech of the frames that are new.

In: the sound, and how many frames are known. Out: those after them. The latest second is heard, and a frame is judged
once a little audio after it is there: at the very edge of what is heard, speech that goes on looks as if it ended.
Digital silence needs no network.

Letters: T frames.
"""

from __future__ import annotations

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.runtime.stream_ear import Ear
from allears.runtime.stream_options import StreamOptions
from allears.runtime.stream_sound import Sound

__all__ = ["speech_of_new_frames"]

_AUDIBLE = 2.0**-15  # one step of 16-bit audio: below it is digital silence


def speech_of_new_frames(
    sound: Sound, num_known: int, ear: Ear, options: StreamOptions, *, is_last: bool
) -> np.ndarray:
    """Probability of speech (T,) of the frames from `num_known` on that can be judged; of all if nothing follows."""
    size = ear.samples_per_frame
    lookahead = 0 if is_last else -(-round(options.lookahead_s * SAMPLE_RATE) // size)
    stop = -(-sound.end // size) if is_last else sound.end // size - lookahead
    if stop <= num_known:
        return np.zeros(0, np.float32)
    recent = sound.cut(max(sound.first, num_known * size), sound.end)
    if not len(recent) or float(np.abs(recent).max()) < _AUDIBLE:
        return np.zeros(stop - num_known, np.float32)
    window = round(options.window_s * SAMPLE_RATE) // size
    first = max(-(-sound.first // size), min(num_known, sound.end // size - window))
    speech = ear.speech(sound.cut(first * size, sound.end))
    return np.asarray(speech[num_known - first : stop - first], np.float32)
