"""When each phone of a sentence was said: hidden Markov models of the voice's own phones, trained on these very clips.

In: clips, each with its phones and a guess how long they last. Out: how long each item of the phones lasts.

Three states a phone and a bell curve a state, on MFCC (the parts of `hybrid/`). Training begins with what is known:
clips of old voices, whose durations a teacher gave, keep them, and say what each phone sounds like; new clips begin
with the model's own durations, stretched over the part of the sound that is not silent. Then each clip is aligned by
the bell curves, and those are fitted to the alignment, a few times (segmental k-means, Rabiner, Wilpon and Juang 1986).

Why not what else there is: from a flat start (`hybrid/training.py`), three minutes of many voices came out 150 ms
wrong in the median; the CTC head knows letters of English alone, has a letter last until the next one, and is 60 to 80
ms late (`hybrid/letters.py`). A general aligner would need a set of phones for each language; this one takes the
voice's.

Letters: N items, M frames of 10 ms, T frames of the voice, C columns of states (`hybrid/topology.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from allears.audio import SAMPLE_RATE as HEARD_RATE
from allears.data.manifest import Clip
from allears.hybrid.chain import walk
from allears.hybrid.gaussians import Gaussians
from allears.hybrid.mfcc import FRAME_S as HEARD_FRAME_S
from allears.hybrid.mfcc import mfcc
from allears.hybrid.topology import STATES, Laid, lay_out
from allears.transfer.voice.guess import stretched
from allears.transfer.voice.units import Unit, durations_of, units_of, words_of
from allears.voice_frames import FRAME_S, HOP, SAMPLE_RATE
from allears.voice_sound import read_sound

__all__ = ["Phrase", "align_phrases", "edge_errors_ms"]

log = logging.getLogger(__name__)

_ROUNDS = 4
_NEAR = 2  # frames by which a teacher's durations and the sound may differ: compressed sound is cut otherwise
_STAY = float(np.log(0.7))  # of another frame in a state; beside 39 features it hardly counts


@dataclass(frozen=True, eq=False)
class Phrase:
    """A clip and what is said in it.

    Attributes:
        clip: whose sound is read.
        phones: one character an item.
        known: (N,) frames of 12.5 ms of each item, with the silence at both ends; None if they are to be found.
    """

    clip: Clip
    phones: str
    known: np.ndarray | None = None

    @property
    def num_items(self) -> int:
        """With the silence before and after."""
        return len(self.phones) + 2

    def sound(self) -> np.ndarray:
        """(S,) at the voice's rate."""
        return read_sound(self.clip.audio, self.clip.start_s, self.clip.duration_s)


@dataclass(eq=False)
class _Heard:
    """A phrase that can be aligned, and where its edges are so far."""

    phrase: Phrase
    units: tuple[Unit, ...]
    frames: np.ndarray  # (M, 39)
    num_frames: int  # T
    laid: Laid
    lasts: np.ndarray  # (N,)


def align_phrases(phrases: Sequence[Phrase], guess: Callable[[str], np.ndarray]) -> list[np.ndarray | None]:
    """Durations (N,) of each clip, int64 frames of 12.5 ms; None for a clip that its phones do not fit into.

    Args:
        phrases: known ones keep their durations.
        guess: phones -> (N,) how long each item may last; only how they stand to each other counts.

    Raises:
        ValueError: nothing can be aligned, or known durations are not those of their clip.
    """
    index = _index(phrases)
    heard = [_hear(phrase, index, guess) for phrase in phrases]
    fit = [one for one in heard if one is not None]
    if len(fit) < len(heard):
        lost = len(heard) - len(fit)
        log.warning("%d of %d clips are left out: their phones do not fit into their sound", lost, len(heard))
    if not fit:
        raise ValueError("no clip can be aligned: give clips with the text that is said in them, and nothing else")
    anchors = [one for one in fit if one.phrase.known is not None]
    for number in range(_ROUNDS):
        bells = _fitted(anchors if anchors and not number else fit, index)
        for one in fit:
            if one.phrase.known is None:
                one.lasts = _walked(one, bells)
    return [None if one is None else one.lasts for one in heard]


def edge_errors_ms(found: np.ndarray, known: np.ndarray, phones: str) -> np.ndarray:
    """How much later each phone that can be heard begins than it does, ms."""
    before = [unit.first - 1 for unit in units_of(phones)]
    return np.asarray(1000 * FRAME_S * (np.cumsum(found)[before] - np.cumsum(known)[before]))


def _index(phrases: Sequence[Phrase]) -> dict[str, int]:
    names = sorted({unit.name for phrase in phrases for unit in units_of(phrase.phones)})
    return {name: number for number, name in enumerate(names)}


def _hear(phrase: Phrase, index: Mapping[str, int], guess: Callable[[str], np.ndarray]) -> _Heard | None:
    """None if it has no phone, or more of them than frames."""
    units, sound = units_of(phrase.phones), phrase.sound()
    num_frames = len(sound) // HOP
    frames = mfcc(soxr.resample(sound, SAMPLE_RATE, HEARD_RATE, quality="HQ"))
    if not units or phrase.num_items > num_frames or STATES * len(units) > len(frames):
        return None
    laid = lay_out(words_of(units), index, np.full(STATES * len(index) + 1, _STAY))
    lasts = stretched(guess(phrase.phones), sound) if phrase.known is None else _checked(phrase, num_frames)
    return _Heard(phrase, units, frames, num_frames, laid, lasts)


def _checked(phrase: Phrase, num_frames: int) -> np.ndarray:
    """(N,) int64, the known durations, if they can be those of the clip."""
    known, wrong = np.asarray(phrase.known), ""
    if known.shape != (phrase.num_items,):
        wrong = f"durations of shape {known.shape}, its phones and the silence around are {phrase.num_items} items"
    elif not np.array_equal(known, np.rint(known)) or known.min() < 0:
        wrong = f"durations from {known.min():g} to {known.max():g}, which must be whole frames, 0 or more"
    elif abs(known.sum() - num_frames) > _NEAR:
        wrong = f"durations of {known.sum():g} frames, its sound has {num_frames} (12.5 ms each; {_NEAR} may be amiss)"
    if wrong:
        raise ValueError(
            f"clip {phrase.clip.id!r} has {wrong}: write its teacher's file again (recipes/voice/teach.py), or take "
            "the clip out of the manifest"
        )
    return known.astype(np.int64)


def _fitted(heard: Sequence[_Heard], index: Mapping[str, int]) -> Gaussians:
    """Bell curves of the states as the clips are cut now."""
    columns = np.concatenate([_columns(one, index) for one in heard])
    return Gaussians.fit(np.concatenate([one.frames for one in heard]), columns, STATES * len(index) + 1)


def _columns(one: _Heard, index: Mapping[str, int]) -> np.ndarray:
    """(M,) the column of each frame: a unit's frames in three parts, the pause elsewhere."""
    ends = np.cumsum(one.lasts) * (FRAME_S / HEARD_FRAME_S)
    middles = np.arange(len(one.frames)) + 0.5
    found = np.full(len(one.frames), STATES * len(index))
    for unit in one.units:
        begin, end = ends[unit.first - 1], ends[unit.end - 1]
        inside = (middles >= begin) & (middles < end)
        part = (STATES * (middles[inside] - begin) / (end - begin)).astype(int)
        found[inside] = STATES * index[unit.name] + np.minimum(part, STATES - 1)
    return found


def _walked(one: _Heard, bells: Gaussians) -> np.ndarray:
    path, _ = walk(bells.log_likelihood(one.frames), one.laid.chain)
    owners = one.laid.phones[path]  # -1 in a pause
    firsts = [int(np.argmax(owners == number)) for number in range(len(one.units))]
    lasts = [len(owners) - int(np.argmax(owners[::-1] == number)) for number in range(len(one.units))]
    spans_s = np.stack([firsts, lasts], axis=1) * HEARD_FRAME_S
    return durations_of(one.units, spans_s, one.phrase.num_items, one.num_frames, FRAME_S)
