"""Decode kind `spectral-mask`: how much of each frequency to keep becomes the sound without the rest.

In: logits (T, 2 F) of each window, those of a frame's two halves (10 ms each) one after another, and the window's
samples. Out: `Audio` as long as the clip: the short-time spectrum (`allears/stft.py`) times the mask, put together
again with the phase it had. The mask is between 0 and 1, so nothing gets louder than it was in its frame. A window is
put together with the edge of its neighbours, as if the clip had never been cut: there is no click between them.

Options: `needs_audio`, always true, tells the runtime to hand over the samples; `floor_db`: the mask is never below it,
since what is wholly silent between words sounds broken. -50 was chosen by DNSMOS on mixtures of train clips (of -30 to
-50: OVRL 2.30 to 2.37, SI-SDR the same).

Letters: T encoder frames, M spectrum frames, F frequencies, S samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Audio
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.decode.segments import sigmoid
from allears.spec import ModelSpec, TaskSpec
from allears.stft import HOP, N_FFT, NUM_BINS, istft, stft

__all__ = ["apply_mask", "spectral_mask"]

_FRAME = 2 * HOP  # samples of an encoder frame
_EDGE = -(-N_FFT // _FRAME)  # encoder frames that a spectrum frame reaches into


def apply_mask(audio: np.ndarray, logits: np.ndarray, floor: float = 0.0) -> np.ndarray:
    """Samples (S,) and logits (T, 2 F) -> samples (S,).

    Raises:
        ValueError: logits of another width, or too few for the samples.
    """
    spectrum = stft(audio)
    mask = sigmoid(logits).reshape(-1, NUM_BINS) if logits.shape[-1] == 2 * NUM_BINS else None
    if mask is None or len(mask) < len(spectrum):
        raise ValueError(
            f"a mask of {logits.shape} does not fit {len(audio)} samples: {2 * NUM_BINS} numbers for every 20 ms are "
            "needed; export the model again"
        )
    return istft(spectrum * np.maximum(mask[: len(spectrum)], floor), len(audio))


@DECODES.register
def spectral_mask(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Audio:
    """How much of each frequency to keep -> the sound.

    Raises:
        ValueError: the head does not fit the spectrum, or a window that is not the last is no whole number of frames.
    """
    options = {key: value for key, value in task.decode.items() if key != "needs_audio"}
    floor = 10 ** (numbers(options, {"floor_db": -50.0})["floor_db"] / 20)
    sounds = [_samples(window) for window in windows]
    if odd := [len(sound) for sound, _ in pairwise(sounds) if len(sound) % _FRAME]:
        raise ValueError(f"windows must be cut at whole frames of {_FRAME} samples, got lengths {odd}: cut them so")
    pieces = [_cleaned(windows, sounds, number, floor) for number in range(len(windows))]
    return Audio(np.concatenate([np.zeros(0, np.float32), *pieces]), model.sample_rate)


def _samples(window: WindowOutput) -> np.ndarray:
    assert window.audio is not None, "the runtime gives the samples to a task that needs_audio"
    return window.audio


def _cleaned(windows: Sequence[WindowOutput], sounds: Sequence[np.ndarray], number: int, floor: float) -> np.ndarray:
    """The samples of one window, put together with up to `_EDGE` frames of those before and after it."""
    sound, logits = [sounds[number]], [windows[number].output]
    before = 0
    if number:
        sound.insert(0, sounds[number - 1][-_EDGE * _FRAME :])
        logits.insert(0, windows[number - 1].output[-_EDGE:])
        before = len(sound[0])
    if number + 1 < len(windows):
        sound.append(sounds[number + 1][: _EDGE * _FRAME])
        logits.append(windows[number + 1].output[:_EDGE])
    cleaned = apply_mask(np.concatenate(sound), np.concatenate(logits), floor)
    return cleaned[before : before + len(sounds[number])]
