"""Sentences of a grammar, spoken and heard by the frozen encoder: what the head learns from.

In: texts and voices, then sounds and what hears them. Out: `Lesson`s, one by one: the features that the head reads, and
the units it should say.

Letters: S samples, T frames, D width.
"""

from __future__ import annotations

import logging
import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from allears.decode.spelling import Speller
from allears.transfer.commands.spoil import Spoiler
from allears.transfer.commands.voices import Speaking, Voice, speak

__all__ = ["Lesson", "hear_all", "say_all", "units_of"]

log = logging.getLogger(__name__)

Hear = Callable[[np.ndarray], np.ndarray]
"""(S,) -> features (T, D), the encoder's tail included."""


@dataclass(frozen=True)
class Lesson:
    """A clip as the head reads it.

    Attributes:
        text: what is said.
        units: of it.
        features: (T, D) float16.
        num_frames: of the clip itself, without the encoder's tail.
    """

    text: str
    units: tuple[int, ...]
    features: Tensor
    num_frames: int


def say_all(texts: Sequence[str], voices: Sequence[Voice], seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Every text and its sound (S,), each by a voice drawn at random; one that fails is told and left out.

    Raises:
        ValueError: the first ten texts all failed.
    """
    rng = random.Random(seed)
    jobs = [(text, rng.choice(voices), Speaking.drawn(rng)) for text in texts]
    num_said = num_failed = 0
    with ThreadPoolExecutor(2) as pool:  # the programs are processes of their own
        for start in range(0, len(jobs), _AHEAD):
            some = jobs[start : start + _AHEAD]
            for (text, _, _), audio in zip(some, pool.map(lambda job: _said(*job), some), strict=True):
                if isinstance(audio, ValueError):
                    num_failed += 1
                    log.warning("%s", audio)
                    if num_failed == _PATIENCE and not num_said:
                        raise ValueError(f"no voice says anything: {audio}")
                    continue
                num_said += 1
                yield text, audio
    if num_failed:
        log.warning("%d of %d sentences were not spoken", num_failed, len(jobs))


def hear_all(
    said: Iterable[tuple[str, np.ndarray]],
    names: Sequence[str],
    hear: Hear,
    *,
    samples_per_frame: int,
    stride: int = 1,
    seed: int = 0,
    noises: Sequence[np.ndarray] = (),
) -> Iterator[Lesson]:
    """A lesson of every spoken text, spoilt, as they come; the head answers `stride` frames together.

    Texts with letters the head has not, or said too fast for its frames, are counted and left out.
    """
    clips: list[np.ndarray] = []  # babble is made of what was said before
    spoiler, num_left_out = Spoiler(clips, noises), 0
    for number, (text, audio) in enumerate(said):
        heard = spoiler.spoil(audio, np.random.default_rng((seed, number)))
        if len(clips) < _KEPT:
            clips.append(audio)
        units, num_frames = units_of(text, names), -(-len(heard) // samples_per_frame)
        if units is None or len(units) + sum(a == b for a, b in pairwise(units)) > -(-num_frames // stride):
            num_left_out += 1
            continue
        yield Lesson(text, units, torch.from_numpy(hear(heard).astype(np.float16)), num_frames)
    if num_left_out:
        log.warning("%d sentences have letters the head has not, or were too fast for it: left out", num_left_out)


def units_of(text: str, names: Sequence[str]) -> tuple[int, ...] | None:
    """Units of a text, an accent the head does not know left out; None if there are none for a letter."""
    letters = {letter for name in names for letter in name}
    found = Speller(names).text("".join(c if c in letters else unicodedata.normalize("NFKD", c)[0] for c in text))
    return None if found is None else tuple(found)


def _said(text: str, voice: Voice, how: Speaking) -> np.ndarray | ValueError:
    try:
        return speak(text, voice, how)
    except ValueError as error:
        return error


_AHEAD = 8  # sentences that are spoken at a time
_PATIENCE = 10
_KEPT = 200  # clips for babble
