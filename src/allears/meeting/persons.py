"""The speakers of all windows -> the people of the meeting.

1. Speakers that windows agree on are tracks (`tracks.py`); tracks are put together to people (`groups.py`) down to a
   likeness between that of one person's vectors and that of two people's in this recording.
2. In each window its speakers are given to different people, so that the vectors are as like the people's means as can
   be; the means are made anew from what each was given, some rounds. Who is left over goes to whom the voice is most
   like.

Source: Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline", which clusters the vectors of windows and then
gives the speakers of each window to different clusters. Ours differs in the tracks, and in a threshold that the
recording shows.

Letters: W windows, S speakers of a window, K people, E size of vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from allears.decode.embedding import unit
from allears.meeting.groups import grouped
from allears.meeting.local import LocalWindow
from allears.meeting.tracks import tracks_of

__all__ = ["People", "PeopleOptions", "people_of"]

_INDEPENDENT_S = 3.0  # so much of one voice is one independent vector
_MOST_S = 4.0  # more speech does not make a vector surer when windows' speakers are given to people


@dataclass(frozen=True)
class PeopleOptions:
    """How people are told apart.

    Attributes:
        share: where groups stop being one person's: 0 as alike as two people's vectors are, 1 as one person's.
        contrast: share of the mean of all vectors that is taken from each.
        together_s: tracks that are heard in the same windows for so long are two people.
        min_voice_s: who talks less than this is nobody, if there are others.
        rounds: of giving speakers to people.
    """

    share: float = 0.3
    contrast: float = 0.4
    together_s: float = 1.0
    min_voice_s: float = 2.0
    rounds: int = 3


@dataclass(frozen=True, eq=False)
class People:
    """Attributes: `voices`: (K, E) of length 1; `who`: (W, S) whom each window's speaker is, -1 where nobody knows."""

    voices: np.ndarray
    who: np.ndarray


def people_of(windows: Sequence[LocalWindow], options: PeopleOptions, *, num_speakers: int | None, most: int) -> People:
    """Tell the people apart.

    Args:
        windows: in order of time.
        options: see there.
        num_speakers: how many there are; found if None.
        most: that are found.
    """
    vectors, alone_s = _table(windows)
    if not alone_s.any():
        return People(np.zeros((0, vectors.shape[2]), np.float32), np.full(alone_s.shape, -1))
    voices = _voices(windows, vectors, alone_s, options, num_speakers, most)
    who = _given(vectors, alone_s, voices)
    for _ in range(options.rounds):
        voices = _means(vectors, alone_s, who, voices)
        who = _given(vectors, alone_s, voices)
    return People(voices, np.where((who < 0) & (alone_s > 0), (vectors @ voices.T).argmax(axis=2), who))


def _table(windows: Sequence[LocalWindow]) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (W, S, E) and seconds (W, S) of all windows; windows without any vector have zeros."""
    size = max(window.vectors.shape[1] for window in windows)
    rows = [w.vectors if w.vectors.shape[1] else np.zeros((len(w.alone_s), size), np.float32) for w in windows]
    return np.stack(rows), np.stack([window.alone_s for window in windows])


def _voices(
    windows: Sequence[LocalWindow],
    vectors: np.ndarray,
    alone_s: np.ndarray,
    options: PeopleOptions,
    num_speakers: int | None,
    most: int,
) -> np.ndarray:
    """First means (K, E) of the people."""
    centre = (vectors * alone_s[:, :, None]).sum(axis=(0, 1)) / alone_s.sum()
    apart = unit(vectors - options.contrast * centre) * (alone_s > 0)[:, :, None]
    tracks = tracks_of(windows, apart, alone_s)
    people = grouped(
        tracks.vectors,
        tracks.seconds / _INDEPENDENT_S,
        tracks.together_s >= options.together_s,
        (tracks.different + options.share * (tracks.same - tracks.different)) / tracks.same,
        usual=tracks.same,
        fewest=num_speakers or 1,
        most=num_speakers or most,
    )
    seconds = np.bincount(people, tracks.seconds)  # the longest first
    count = max(num_speakers or 1, int((seconds >= options.min_voice_s).sum()))
    who = np.where(tracks.number >= 0, people[tracks.number], -1)
    return _means(vectors, alone_s, np.where(who < count, who, -1), vectors[:0, 0])


def _given(vectors: np.ndarray, alone_s: np.ndarray, voices: np.ndarray) -> np.ndarray:
    """Whom each window's speakers are, (W, S): all of them different people, as alike as can be; -1 for who is left."""
    num_speakers, num_voices = alone_s.shape[1], len(voices)
    nobody = [num_voices + number for number in range(num_speakers)]  # so that each may be left over
    orders = np.array(list(permutations([*range(num_voices), *nobody], num_speakers)))
    orders = orders[((orders < num_voices) | (orders == nobody)).all(axis=1)]
    alike = np.zeros((*alone_s.shape, num_voices + num_speakers))
    alike[:, :, :num_voices] = (1.0 + vectors @ voices.T) * np.minimum(alone_s, _MOST_S)[:, :, None]
    gain = sum(alike[:, column, orders[:, column]] for column in range(num_speakers))  # (W, orders)
    who = orders[np.asarray(gain).argmax(axis=1)]
    return np.where((who < num_voices) & (alone_s > 0), who, -1)


def _means(vectors: np.ndarray, alone_s: np.ndarray, who: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Means (K', E) of the people who were given something, or those of before; much speech counts more."""
    weighted = vectors * np.minimum(alone_s, _MOST_S)[:, :, None]
    means = [weighted[who == k].sum(axis=0) for k in range(int(who.max()) + 1) if (who == k).any()]
    return unit(np.stack(means)).astype(np.float32) if means else before
