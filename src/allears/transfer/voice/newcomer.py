"""Who is learned: a new voice, maybe of a new dialect, in a spec and among the vectors of a model.

In: the spec of a voice folder, the new voice. Out: the spec with it, and vectors to begin with: those of a voice that
is like it, or the mean of the voices of its dialect (of its gender, if it is known and there are some).

A voice's number is its place in the spec, and row number + 1 of the encoder's table (row 0: not known).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allears.voice_spec import SpeakingVoice, VoiceSpec

__all__ = ["Newcomer", "first_vectors", "known_dialect", "with_newcomer"]


@dataclass(frozen=True)
class Newcomer:
    """A voice to learn.

    Attributes:
        name: of the voice.
        dialect: that it speaks; may be new.
        gender: `female`, `male`, or empty.
        like: a voice of the model to begin with; None for the mean of those that are near.
        like_dialect: where the dialect is new, the one whose dictionary reads the text and whose vector it begins with.
        licence: of its recordings, for people.
    """

    name: str
    dialect: str
    gender: str = ""
    like: str | None = None
    like_dialect: str | None = None
    licence: str = ""


def with_newcomer(spec: VoiceSpec, new: Newcomer) -> VoiceSpec:
    """The spec with the voice, and with its dialect, behind what was there.

    Raises:
        ValueError: a voice of that name, or one to begin with that there is not.
    """
    names = [voice.name for voice in spec.voices]
    if not new.name.strip() or new.name in names:
        raise ValueError(
            f"the model has the voices {', '.join(names)}: give the new one another name than {new.name!r}"
        )
    if new.like is not None and new.like not in names:
        raise ValueError(f"no voice {new.like!r} to begin with: the model has {', '.join(names)}")
    known_dialect(spec, new)
    dialects = spec.dialects if new.dialect in spec.dialects else (*spec.dialects, new.dialect)
    licences = (*spec.licences, *([f"{new.name}: {new.licence}"] if new.licence else []))
    voices = (*spec.voices, SpeakingVoice(new.name, new.dialect, new.gender))
    return replace(spec, dialects=dialects, voices=voices, licences=licences)


def known_dialect(spec: VoiceSpec, new: Newcomer) -> str:
    """The dialect of the model that is nearest: its own, or the one that was named.

    Raises:
        ValueError: a new dialect, and none of the model named for it.
    """
    if new.dialect in spec.dialects:
        return new.dialect
    if new.like_dialect not in spec.dialects:
        raise ValueError(
            f"the dialect {new.dialect!r} is new to the model: name the one of {', '.join(spec.dialects)} whose "
            f"dictionary reads its texts (--like-dialect), got {new.like_dialect!r}"
        )
    return new.like_dialect


def first_vectors(
    spec: VoiceSpec, new: Newcomer, voices: np.ndarray, dialects: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both tables with the rows of the newcomer filled; the others are as they were.

    Args:
        spec: without the newcomer.
        new: the voice.
        voices, dialects: (rows, C) tables of the encoder.

    Raises:
        ValueError: no row is left.
    """
    row = 1 + len(spec.voices)
    if row >= len(voices):
        raise ValueError(
            f"the model has room for {len(voices) - 1} voices and has them: train one with more num_voices"
        )
    voices, dialects = voices.copy(), dialects.copy()
    voices[row] = voices[[1 + number for number in _near(spec, new)]].mean(axis=0)
    if new.dialect not in spec.dialects:
        at = 1 + len(spec.dialects)
        if at >= len(dialects):
            raise ValueError(f"the model has room for {len(dialects) - 1} dialects and has them: train one with more")
        dialects[at] = dialects[1 + spec.dialects.index(known_dialect(spec, new))]
    return voices, dialects


def _near(spec: VoiceSpec, new: Newcomer) -> Sequence[int]:
    """Numbers of the voices to begin with."""
    every = list(enumerate(spec.voices))
    if new.like is not None:
        return [number for number, voice in every if voice.name == new.like]
    dialect = known_dialect(spec, new)
    same = [number for number, voice in every if voice.dialect == dialect] or [number for number, _ in every]
    return [number for number in same if new.gender and spec.voices[number].gender == new.gender] or same
