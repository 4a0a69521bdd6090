"""Long audio in windows the encoder can take in one pass, cut where nobody speaks.

In: a stream and a function that looks at a window (encoder and speech head). Out: windows that follow each other
without a gap or an overlap, so nothing is lost or heard twice. One window is in memory at a time.

A window is as long as a pass can be. If audio follows, it is cut in its last 60 %: half a second before the end of the
latest silence of 0.5 s or more (or in its middle, if that is nearer); else in the middle of the longest silence of at
least 0.2 s; else where the smoothed probability of speech is lowest. The next window starts at the cut.

Letters: S samples, T frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from allears.audio import AudioStream
from allears.decode.segments import runs

__all__ = ["Look", "Window", "best_cut", "cut_windows", "is_silent", "loudness"]

_AUDIBLE = 2.0**-15  # one step of 16-bit audio
_KEPT = 0.4  # part of a window no cut is looked for in: pieces get too short
_LONG_S, _SHORT_S = 0.5, 0.2  # silences that are surely a pause, and that may be one between words
_SMOOTH_S = 0.3  # s, about a syllable


@dataclass(frozen=True, eq=False)
class Look:
    """What one pass over a window tells.

    Attributes:
        layers: (L, 1, T', D) of the encoder, tail included; None if it was not run.
        speech: (T,) probability of speech a frame; None if the model cannot tell.
        logits: (T,) what the speech head gave; None as `speech`.
    """

    layers: np.ndarray | None
    speech: np.ndarray | None
    logits: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Window:
    """A piece of a clip.

    Attributes:
        start: its first sample in the clip.
        audio: (S,).
        look: of exactly this piece; `layers` is None where the pass saw more than the piece.
    """

    start: int
    audio: np.ndarray
    look: Look


def cut_windows(
    stream: AudioStream, look: Callable[[np.ndarray], Look], *, max_samples: int, samples_per_frame: int, low: float
) -> Iterator[Window]:
    """Windows of a stream, in order.

    Args:
        stream: read to its end.
        look: is given each window once, as long as possible.
        max_samples: longest window, a multiple of `samples_per_frame`.
        samples_per_frame: of the encoder.
        low: probability of speech below which a frame is silence.
    """
    rest, start = np.zeros(0, np.float32), 0
    while True:
        buffer = np.concatenate([rest, stream.read(max_samples + 1 - len(rest))])  # one more, to know if more follows
        audio = buffer[:max_samples]
        if not len(audio):
            return
        seen = look(audio)
        if len(buffer) <= max_samples:
            yield Window(start, audio, seen)
            return
        speech = loudness(audio, samples_per_frame) if seen.speech is None else seen.speech
        cut = best_cut(speech, low, samples_per_frame)
        yield Window(start, audio[: cut * samples_per_frame], _first(seen, cut, len(speech)))
        rest, start = buffer[cut * samples_per_frame :], start + cut * samples_per_frame


def best_cut(speech: np.ndarray, low: float, samples_per_frame: int, sample_rate: int = 16_000) -> int:
    """The frame to cut before, given the probability of speech of each (T,): 1 to T."""
    frames_per_s = sample_rate / samples_per_frame
    long, short = round(_LONG_S * frames_per_s), round(_SHORT_S * frames_per_s)
    first = int(_KEPT * len(speech))
    silences = runs(speech[first:] < low) + first
    lengths = silences[:, 1] - silences[:, 0]
    if (lengths >= long).any():
        begin, end = silences[lengths >= long][-1]
        return int(end - min((end - begin) // 2, long))
    if (lengths >= short).any():
        begin, end = silences[len(lengths) - 1 - int(lengths[::-1].argmax())]
        return int((begin + end) // 2)
    half = round(_SMOOTH_S * frames_per_s / 2)
    bell = np.hanning(2 * half + 3)[1:-1]  # so that the lowest place is the middle of a short dip
    smooth = np.convolve(np.pad(speech, half, mode="edge"), bell, mode="valid")
    return max(1, first + int(smooth[first:].argmin()))


def loudness(audio: np.ndarray, samples_per_frame: int) -> np.ndarray:
    """Level of each frame (T,) against the loudest, 0 to 1: stands in for a model that has no speech head."""
    frames = audio[: len(audio) // samples_per_frame * samples_per_frame].reshape(-1, samples_per_frame)
    level = np.sqrt(np.square(frames).mean(axis=1))
    return np.asarray(level / max(float(level.max()), 1e-9))


def is_silent(audio: np.ndarray) -> bool:
    """Whether (S,) samples are digital silence, which needs no network."""
    return bool(max(audio.max(), -audio.min()) < _AUDIBLE)


def _first(look: Look, num_frames: int, of: int) -> Look:
    """A look at the first frames of what was looked at."""
    if num_frames >= of:
        return look
    speech = None if look.speech is None else look.speech[:num_frames]
    return Look(None, speech, None if look.logits is None else look.logits[:num_frames])
