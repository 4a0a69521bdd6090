"""Roll the dice for one clip and apply the effects in the order in which the world does.

In: a clip (S,) and a numpy generator; the same state gives the same bits. Out: `Augmented`.
Order: speed -> silence around it -> (kept as `clean`) -> room -> noise -> telephone line -> level.

Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.data.augment.level import gain
from allears.data.augment.noise import add_noise, fit_length
from allears.data.augment.pool import Pool
from allears.data.augment.room import convolve_room
from allears.data.augment.speed import change_speed
from allears.data.augment.telephone import telephone
from allears.data.manifest import Clip

__all__ = ["AugmentPlan", "Augmented", "Augmenter"]


@dataclass(frozen=True)
class AugmentPlan:
    """What may happen to a clip, how often and how strongly. By default nothing does.

    Attributes:
        noise: noises to draw from.
        rooms: room responses to draw from.
        noise_probability: of noise under the clip.
        snr_db: its signal-to-noise ratio is uniform in this range.
        room_probability: of a room.
        gain_probability: of a change of level.
        gain_db: uniform in this range.
        speed_probability: of a change of speed.
        speed: the factor is uniform in this range, in steps of 0.01.
        pad_probability: of silence before and after the clip (labels in time move: `Augmented.offset_s`).
        pad_s: length of either silence, uniform in this range, seconds.
        telephone_probability: of an 8 kHz line; half of the lines also compand to 8 bits.
    """

    noise: Sequence[Clip] = ()
    rooms: Sequence[Clip] = ()
    noise_probability: float = 0.0
    snr_db: tuple[float, float] = (0.0, 20.0)
    room_probability: float = 0.0
    gain_probability: float = 0.0
    gain_db: tuple[float, float] = (-15.0, 6.0)
    speed_probability: float = 0.0
    speed: tuple[float, float] = (0.9, 1.1)
    pad_probability: float = 0.0
    pad_s: tuple[float, float] = (0.0, 0.5)
    telephone_probability: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_probability") and not 0.0 <= value <= 1.0:
                raise ValueError(f"augmentation: {field.name} is {value}; give a probability from 0 to 1")
            if field.name in ("snr_db", "gain_db", "speed", "pad_s") and not value[0] <= value[1]:
                raise ValueError(f"augmentation: {field.name} is {tuple(value)}; give (lowest, highest)")
        if self.speed[0] <= 0 or self.pad_s[0] < 0:
            raise ValueError(f"augmentation: speed {self.speed} must be above 0 and pad_s {self.pad_s} not below")
        for name, needs in (("noise", "noise_probability"), ("rooms", "room_probability")):
            if getattr(self, needs) > 0 and not getattr(self, name):
                raise ValueError(f"augmentation: {needs} is above 0 but there is no {name} manifest; give one or 0")


@dataclass(frozen=True, eq=False)
class Augmented:
    """A clip after augmentation.

    Attributes:
        audio: (S,) float32, what the encoder hears.
        clean: (S,) the same before room, noise, line and level; speech labels are made from it.
        time_scale: length of the sound itself after / before; labels in seconds are multiplied by it ...
        speed: the factor the clip was sped up by: 1 / time_scale up to rounding.
        offset_s: ... and then moved by this, seconds of silence put in front.
        hidden: (S,) which items the encoder is not shown; None where nothing is hidden.
    """

    audio: np.ndarray
    clean: np.ndarray
    time_scale: float = 1.0
    speed: float = 1.0
    offset_s: float = 0.0
    hidden: np.ndarray | None = None


class Augmenter:
    """Applies a plan. Holds nothing but the noises and rooms it has read; several threads may use one."""

    def __init__(self, plan: AugmentPlan) -> None:
        self.plan = plan
        self._noise, self._rooms = Pool(plan.noise), Pool(plan.rooms)

    def apply(self, audio: np.ndarray, rng: np.random.Generator) -> Augmented:
        """Augment (S,) by the dice of `rng`."""
        plan = self.plan
        clean, speed = audio, 1.0
        if _happens(rng, plan.speed_probability):
            speed = round(float(rng.uniform(*plan.speed)), 2)
            clean = change_speed(audio, speed)
        time_scale = len(clean) / len(audio) if len(audio) else 1.0
        before = 0
        if _happens(rng, plan.pad_probability):
            before, after = (round(s * SAMPLE_RATE) for s in rng.uniform(*plan.pad_s, size=2))
            clean = np.pad(clean, (before, after))
        heard = self._spoil(clean, rng)
        return Augmented(heard, clean, time_scale, speed, before / SAMPLE_RATE)

    def _spoil(self, audio: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Everything that keeps the time axis as it is."""
        plan = self.plan
        if _happens(rng, plan.room_probability):
            audio = convolve_room(audio, self._rooms.draw(rng))
        if _happens(rng, plan.noise_probability):
            noise = fit_length(self._noise.draw(rng), len(audio), rng)
            audio = add_noise(audio, noise, float(rng.uniform(*plan.snr_db)))
        if _happens(rng, plan.telephone_probability):
            audio = telephone(audio, is_mu_law=_happens(rng, 0.5))
        level_db = float(rng.uniform(*plan.gain_db)) if _happens(rng, plan.gain_probability) else 0.0
        return gain(audio, level_db)


def _happens(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)
