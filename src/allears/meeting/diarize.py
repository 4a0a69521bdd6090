"""Who spoke when: the pieces of a meeting -> voices -> stretches of time.

Where the model has a head that tells the speakers of some seconds apart (`turns`), its windows are put together instead
(`persons.py`, `stitch.py`), and several may speak at once. Without it:

1. Pieces long enough to know a voice by, with what is around them and without part of what all have in common
   (`contrast.py`), are clustered (`cluster.py`), clusters of less than `min_voice_s` dropped.
2. A hidden Markov model finds the course from the voices' means, and the means are made anew from what each was given
   (`smooth.py`), some rounds; a voice nobody is given is gone.
3. Where a second voice is nearly as like as the first, near a change from one to the other, both are taken to speak
   (`overlap.py`).

In: `Material`. Out: `Diarization`. The numbers in `Options` were chosen on training data: see `docs/meeting.md`.

Letters: N pieces, E size of vectors, K voices, T steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from allears.decode.embedding import unit
from allears.decode.segments import runs
from allears.meeting.chunk import Material
from allears.meeting.cluster import agglomerate, cluster_means, merge_alike
from allears.meeting.contrast import contrasted, widened
from allears.meeting.overlap import second_voices
from allears.meeting.persons import PeopleOptions, people_of
from allears.meeting.smooth import STEP_S, course, likeness, steps_of
from allears.meeting.stitch import presence_of, stretches_of, talks_of
from allears.meeting.usual import usual_likeness

__all__ = ["MAX_SPEAKERS", "Diarization", "Options", "Stretch", "diarize"]

MAX_SPEAKERS = 8
_GAP_S, _LEAST_S = 0.1, 0.15  # shorter gaps of one speaker are none, shorter stretches neither
_INDEPENDENT_S = 3.0  # pieces with what is around them share hardly any sound at that distance


@dataclass(frozen=True)
class Options:
    """How voices are told apart.

    Attributes:
        share: of how alike pieces near each other are (`usual.py`): clusters less alike are two voices.
        merge: cosine from which the means of two voices are one voice's.
        reach_s: a piece is clustered with those whose middles are so near.
        contrast: share of the mean of all pieces that is taken from each.
        min_piece_s: shorter pieces take no part in the clustering.
        min_voice_s: a voice that speaks less than this is given to the others, if there are others.
        change: what a change of voice costs, in similarity times steps of 0.1 s.
        rounds: of course and means.
        overlap: how far less like the second voice may be where two speak; below 0, nobody is heard to overlap.
        people: how the speakers of windows are told apart, where the model hears turns.
        second: probability from which others than the likeliest talk, too, likewise.
    """

    share: float = 0.5
    merge: float = 0.8
    reach_s: float = 1.0
    contrast: float = 0.4
    min_piece_s: float = 0.8
    min_voice_s: float = 2.0
    change: float = 1.0
    rounds: int = 2
    overlap: float = -1.0
    people: PeopleOptions = field(default_factory=PeopleOptions)
    second: float = 0.6


@dataclass(frozen=True)
class Stretch:
    """A voice speaks; stretches of two voices may overlap."""

    voice: int
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Diarization:
    """Who spoke when.

    Attributes:
        stretches: in order of their start.
        voices: (K, E), of length 1, numbered as they are first heard.
    """

    stretches: tuple[Stretch, ...]
    voices: np.ndarray


def diarize(material: Material, options: Options | None = None, *, num_speakers: int | None = None) -> Diarization:
    """Find the voices and their stretches.

    Args:
        material: of the whole meeting.
        options: see there.
        num_speakers: how many voices there are; found if None, 1 to 8.

    Raises:
        ValueError: a number of speakers that cannot be.
    """
    chosen = options or Options()
    if num_speakers is not None and not 1 <= num_speakers <= MAX_SPEAKERS:
        raise ValueError(f"{num_speakers} speakers cannot be told apart: give 1 to {MAX_SPEAKERS}, or leave it out")
    if material.windows:
        return _of_windows(material, chosen, num_speakers)
    if not len(material.pieces):
        return Diarization((), np.zeros((0, material.vectors.shape[1]), np.float32))
    voices = _voices(material, chosen, num_speakers)
    spans = np.array([(span.start_s, span.end_s) for span in material.speech])
    is_speech = steps_of(spans, float(max(spans[:, 1].max(), material.pieces[:, 1].max())))
    path, alike = _course(material, voices, is_speech, chosen)
    for _ in range(chosen.rounds):
        voices = _means(material, path, is_speech)
        path, alike = _course(material, voices, is_speech, chosen)
    return _in_order(path, second_voices(path, alike, is_speech, chosen.overlap), is_speech, spans, voices)


def _of_windows(material: Material, options: Options, num_speakers: int | None) -> Diarization:
    """Put the windows together."""
    people = people_of(material.windows, options.people, num_speakers=num_speakers, most=MAX_SPEAKERS)
    presence = presence_of(material.windows, people.who, len(people.voices))
    talks = talks_of(presence, options.second)
    found = stretches_of(talks, material.windows[0].step_s, gap_s=_GAP_S, least_s=_LEAST_S)
    return _numbered([Stretch(*one) for one in found], people.voices)


def _voices(material: Material, options: Options, num_speakers: int | None) -> np.ndarray:
    """First means (K, E) of the voices."""
    lengths = material.pieces[:, 1] - material.pieces[:, 0]
    is_long = lengths >= options.min_piece_s
    if not is_long.any():
        is_long = lengths == lengths.max()
    pieces = material.pieces[is_long]
    wide = widened(pieces, material.vectors[is_long], options.reach_s)
    apart = contrasted(wide, options.contrast)
    stop = options.share * usual_likeness(pieces, apart)
    labels = agglomerate(apart, stop)
    fewest, most = num_speakers or 1, num_speakers or MAX_SPEAKERS
    if labels.max() + 1 < fewest:
        labels = agglomerate(apart, stop, num_clusters=min(most, len(apart)))
        return unit(cluster_means(wide, labels)[0])
    means, _ = cluster_means(wide, labels)
    seconds = _seconds(pieces, labels)
    kept = np.argsort(-seconds, kind="stable")
    is_voice = (seconds[kept] >= options.min_voice_s) | (np.arange(len(kept)) < fewest)
    kept = np.sort(kept[is_voice])
    means, _ = merge_alike(
        means[kept], seconds[kept] / _INDEPENDENT_S, options.merge, usual=usual_likeness(pieces, wide), fewest=fewest,
        most=most,
    )  # fmt: skip
    return unit(means)


def _seconds(pieces: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Seconds that each cluster's pieces cover, (K,)."""
    covered = [steps_of(pieces[labels == k], float(pieces[:, 1].max())).sum() * STEP_S for k in range(labels.max() + 1)]
    return np.array(covered)


def _course(
    material: Material, voices: np.ndarray, is_speech: np.ndarray, options: Options
) -> tuple[np.ndarray, np.ndarray]:
    alike = likeness(material.pieces, material.vectors, voices, len(is_speech))
    return course(alike, is_speech, options.change), alike


def _means(material: Material, path: np.ndarray, is_speech: np.ndarray) -> np.ndarray:
    """Means (K, E) of the voices that were given something: a piece counts as much as it is one voice's."""
    middles = np.clip(((material.pieces.mean(axis=1)) / STEP_S).astype(np.int64), 0, len(path) - 1)
    given = np.unique(path[is_speech]) if is_speech.any() else np.unique(path)
    found = [material.vectors[path[middles] == k] for k in given]
    means = [vectors.mean(axis=0) for vectors in found if len(vectors)]
    return unit(np.stack(means)) if means else unit(material.vectors.mean(axis=0, keepdims=True))


def _in_order(
    path: np.ndarray, second: np.ndarray, is_speech: np.ndarray, spans: np.ndarray, voices: np.ndarray
) -> Diarization:
    """Stretches with the times of speech at their ends, and voices numbered as they come."""
    found: list[Stretch] = []
    for voice in range(len(voices)):
        on = is_speech & ((path == voice) | (second == voice))
        for first, last in runs(on):
            found.append(Stretch(voice, *_exact(first * STEP_S, last * STEP_S, spans)))
    return _numbered(found, voices)


def _numbered(found: list[Stretch], voices: np.ndarray) -> Diarization:
    """Stretches in order, and their voices numbered as they come."""
    found = sorted(found, key=lambda one: (one.start_s, one.end_s))
    order = list(dict.fromkeys(one.voice for one in found))
    renamed = tuple(Stretch(order.index(one.voice), one.start_s, one.end_s) for one in found)
    return Diarization(renamed, voices[order].astype(np.float32))


def _exact(start_s: float, end_s: float, spans: np.ndarray) -> tuple[float, float]:
    """The ends of a stretch moved to where speech begins or ends, where that is less than a step away."""
    begins, ends = spans[:, 0], spans[:, 1]
    near_begin, near_end = begins[np.abs(begins - start_s).argmin()], ends[np.abs(ends - end_s).argmin()]
    start = float(near_begin) if abs(near_begin - start_s) <= STEP_S else start_s
    end = float(near_end) if abs(near_end - end_s) <= STEP_S else end_s
    return (round(start, 3), round(end, 3)) if end > start else (round(start_s, 3), round(end_s, 3))
