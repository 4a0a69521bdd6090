"""What a noisy clip should sound like: the target and the measure of taking noise away.

In: a clip as it is heard and as it was before noise. Out: both, of one length and level, and how much better a mask
makes the one like the other. The loss is in `mask_losses.py`.

Letters: P clips, S samples, T encoder frames, F frequencies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.audio import read_audio
from allears.decode.spectral_mask import apply_mask
from allears.parts.labels import SPEECH_FIELDS
from allears.stft import HOP
from allears.tasks.base import LabelContext

__all__ = ["MaskLabel", "MaskTarget", "SiSdrGain", "si_sdr"]

_FRAME_S = 2 * HOP / 16_000  # seconds of encoder a pair of spectrum frames belongs to
_TINY = 1e-10  # power of nothing: -100 dB
_PERFECT_DB = 60.0  # a clip that is so good already has nothing to gain: nothing was added to it


@dataclass(frozen=True)
class MaskTarget:
    """Targets of P clips.

    Attributes:
        heard: (P, S) noisy samples, 0 past a clip's end. clean: (P, S) at the level they have in it.
        num_samples: (P,).
    """

    heard: Tensor
    clean: Tensor
    num_samples: Tensor


@dataclass(frozen=True, eq=False)
class _One:
    heard: np.ndarray  # (S,)
    clean: np.ndarray  # (S,)


class MaskLabel:
    """A clip with and without its noise; silence is what is wanted of a clip of `noise`.

    It is known from the file of the field `clean` (a recording of the same clip without noise), or, for a clip of
    speech, as what it was before `data.augment` added to it.

    The augmented clip may be louder or softer than the clean one: that is no noise, so the clean one is brought to the
    level that fits best (least squares). A clip with nothing of it left carries no label.

    Args:
        speech_fields: fields that only speech has; a clip with none of them is not known to be clean.
    """

    def __init__(self, speech_fields: Sequence[str] = SPEECH_FIELDS) -> None:
        self.speech_fields = tuple(speech_fields)

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> _One | None:
        if abs(context.frame_shift_s - _FRAME_S) > 1e-6:
            raise ValueError(
                f"the task `clean` hears frames of {_FRAME_S} s, the encoder gives one every "
                f"{context.frame_shift_s} s: choose an encoder of 50 frames a second"
            )
        if context.audio is None:
            return None
        before = self._before(fields, context)
        if before is None:
            return None
        clean = _level(before, context.audio.astype(np.float64)) if before.any() else before
        return None if clean is None else _One(context.audio, clean.astype(np.float32))

    def _before(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        """The clip (S,) without noise; None if that is not known."""
        if "clean" in fields:
            if context.speed != 1.0 or context.offset_s != 0.0:
                return None  # the file is the clip as it was
            return _fit(read_audio(fields["clean"]), context.num_samples)
        if "noise" in fields:
            return np.zeros(context.num_samples)
        if context.clean is None or not context.clean.any() or not any(field in fields for field in self.speech_fields):
            return None
        return context.clean.astype(np.float64)

    def collate(self, values: Sequence[_One], max_frames: int) -> MaskTarget:
        del max_frames  # samples have their own length
        lengths = [len(value.heard) for value in values]
        heard, clean = (torch.zeros(len(values), max(lengths)) for _ in range(2))
        for row, value in enumerate(values):
            heard[row, : lengths[row]] = torch.from_numpy(value.heard)
            clean[row, : lengths[row]] = torch.from_numpy(value.clean)
        return MaskTarget(heard, clean, torch.tensor(lengths))


def _fit(audio: np.ndarray, num_samples: int) -> np.ndarray:
    """(num_samples,) float64: the beginning, or all and silence."""
    out = np.zeros(num_samples)
    out[: len(audio)] = audio[:num_samples]
    return out


def _level(clean: np.ndarray, heard: np.ndarray) -> np.ndarray | None:
    """`clean` times a, the number that brings it nearest to `heard`; None if nothing of it is left."""
    energy = float(clean @ clean)
    fit = float(clean @ heard) / energy if energy > _TINY else 0.0
    return fit * clean if fit > 0 else None


def si_sdr(estimate: np.ndarray, clean: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio in dB: 10 log10(|a s|^2 / |a s - e|^2), a = <e, s> / |s|^2.

    Source: Le Roux et al. 2019, "SDR - half-baked or well done?". e `estimate` (S,), s `clean` (S,).
    """
    e, s = estimate.astype(np.float64), clean.astype(np.float64)
    scaled = s * (float(e @ s) / max(float(s @ s), _TINY))
    distortion = scaled - e
    return 10 * float(np.log10(max(float(scaled @ scaled), _TINY) / max(float(distortion @ distortion), _TINY)))


class SiSdrGain:
    """How many dB of SI-SDR the mask gains, mean over clips that noise or a room was added to (`augment_dev: true`)."""

    name, higher_is_better = "si_sdr_gain_db", True

    def __init__(self) -> None:
        self.gains: list[float] = []

    def update(self, output: Tensor, target: MaskTarget, num_frames: Tensor) -> None:
        for logits, heard, clean, count in zip(
            output, target.heard, target.clean, target.num_samples.tolist(), strict=True
        ):
            noisy, wanted = heard[:count].numpy(), clean[:count].numpy()
            before = si_sdr(noisy, wanted)
            if wanted.any() and before < _PERFECT_DB:
                after = si_sdr(apply_mask(noisy, logits.float().numpy()), wanted)
                self.gains.append(after - before)

    def compute(self) -> float | None:
        return float(np.mean(self.gains)) if self.gains else None
