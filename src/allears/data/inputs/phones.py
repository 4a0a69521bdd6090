"""Phones or letters of a sentence, with who says them in which dialect: what an encoder that reads is given.

Manifest: `phones`, a string of the spec's alphabet; or, where there are none, `letters`. `speaker` and `accent` are the
conditions; where one is missing, its id is 0. A row with `teacher` (see `recipes/voice/`) also has its sound read, for
the labels; one without is text alone, and its `audio` is not looked at.

Ids of items: 0 silence and padding, then the alphabet, `hidden`, and the letters (`item_ids`).

Letters: P items (phones or letters, silence before and after phones).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allears.data.augment import Augmented, Augmenter
from allears.data.inputs import INPUTS
from allears.data.manifest import Clip
from allears.voice_sound import read_sound
from allears.voice_spec import VoiceSpec, read_voice_spec

__all__ = ["COLUMNS", "PhonesInput", "phones"]

COLUMNS = 3  # item, voice, dialect


@dataclass(frozen=True)
class PhonesInput:
    """See the module.

    Attributes:
        spec: whose ids are given.
        hide: share of the phones of a text-only row that are hidden from the encoder (`masked-phones` asks for them).
    """

    spec: VoiceSpec
    hide: float = 0.0

    def read(self, clip: Clip, seed: tuple[int, int, int]) -> Augmented:
        """`audio` (P, 3) int64, `clean` (S,) at 24 kHz or of no sample, `hidden` (P,) where something is hidden."""
        items = self._items(clip)
        hidden = None
        if self.hide and "teacher" not in clip.labels and "phones" in clip.labels:
            hidden = np.random.default_rng(seed).random(len(items)) < self.hide
            items = np.where(hidden, hidden_id(self.spec), items)
        return Augmented(self._rows(items, clip), _sound(clip), hidden=hidden)

    def nothing(self) -> np.ndarray:
        return np.zeros((2, COLUMNS), np.int64)

    def _items(self, clip: Clip) -> np.ndarray:
        if (said := clip.labels.get("phones")) is not None:
            ids, known = self.spec.phone_ids(said), self.spec.alphabet
        elif (written := clip.labels.get("letters")) is not None:
            said, known = written, self.spec.letters
            first = hidden_id(self.spec)
            ids = [first + known.index(letter) for letter in written if letter in known]
        else:
            raise ValueError("it has neither `phones` nor `letters`: add one of them, or take the row out")
        if strangers := sorted(set(said) - set(known)):
            raise ValueError(f"{''.join(strangers)!r} is not in the alphabet of {self.spec.name}: add it to the spec")
        return np.array(ids, np.int64)

    def _rows(self, items: np.ndarray, clip: Clip) -> np.ndarray:
        voice = _id_of(clip, "speaker", tuple(voice.name for voice in self.spec.voices))
        dialect = _id_of(clip, "accent", self.spec.dialects)
        return np.stack([items, np.full_like(items, voice), np.full_like(items, dialect)], axis=1)


def hidden_id(spec: VoiceSpec) -> int:
    """Id of a hidden item; letter i (from 1) is that many further."""
    return len(spec.alphabet)


def _id_of(clip: Clip, field: str, names: tuple[str, ...]) -> int:
    """1 and up; 0 where the clip does not say."""
    value = clip.labels.get(field)
    if value is None:
        return 0
    if value not in names:
        raise ValueError(f"{field} {value!r} is none of {', '.join(names)}: add it to the spec, or drop the field")
    return 1 + names.index(value)


def _sound(clip: Clip) -> np.ndarray:
    if "teacher" not in clip.labels:
        return np.zeros(0, np.float32)
    return read_sound(clip.audio, clip.start_s, clip.duration_s)


@INPUTS.register
def phones(*, spec: str, hide: float = 0.0, augmenter: Augmenter | None) -> PhonesInput:
    """Phones (or letters), voice and dialect.

    Args:
        spec: path of a JSON file, a `VoiceSpec`: alphabet, letters, dialects, voices.
        hide: share of the phones of rows without sound that are hidden.
        augmenter: must be None: there is nothing to bend.

    Raises:
        ValueError: the spec cannot be read, or `data.augment` is asked for.
    """
    if augmenter is not None:
        raise ValueError("phones cannot be augmented: take `data.augment` out of the recipe")
    return PhonesInput(read_voice_spec(spec), hide)
