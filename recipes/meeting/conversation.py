"""Half a minute of people who talk to each other, put together from clips of single speakers, seeded.

In: clips of each person, noises, rooms. Out: `Conversation`: the sound, and who speaks when, to 20 ms. One to four
people take turns; the next one begins after a pause or before the last one has ended, and some say a word under a
longer turn. Each has a pace, a level and, half of the time, a place in a room. A noise lies under all.

Letters: S samples.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.augment.level import active_power, power
from allears.data.augment.noise import fit_length
from allears.data.augment.room import convolve_room
from allears.data.manifest import Clip
from allears.decode.segments import runs
from allears.loudness import loud_frames

__all__ = ["Conversation", "Stage", "TrueTurn", "converse"]

TrueTurn = tuple[float, float, str]
"""Start and end, seconds; speaker."""

FRAME = SAMPLE_RATE // 50
PEOPLE, PEOPLE_WEIGHTS = (1, 2, 3, 4), (2, 7, 7, 4)
SPEED, LEVEL_DB, SNR_DB, LOUDNESS_DB = (0.88, 1.14), (-9.0, 3.0), (5.0, 35.0), (-38.0, -18.0)
EARLY_RATE, EARLY_S = (0.0, 0.5), (0.15, 1.8)  # how often a turn begins before the last one's end, and how long before
PAUSE_S, LONG_PAUSE_S, LONG_PAUSE_RATE = (0.05, 1.0), (1.0, 3.0), 0.12
SAME_AGAIN = 0.15
WORD_RATE, WORD_S, WORD_DB = (0.0, 0.4), (0.3, 1.2), (-8.0, 0.0)  # what is said under a longer turn
TURN_S, SHORT_RATE, SHORT_S = (1.0, 9.0), 0.25, (0.4, 1.2)
ROOM_RATE, FAR_DB = 0.5, -4.0
JOINED_S = 0.25  # a shorter pause of one person is none


@dataclass(frozen=True, eq=False)
class Stage:
    """What conversations are made of.

    Attributes:
        voices: corpus -> person -> clips; all people of a conversation are of one corpus, or it would tell them apart.
        weights: of the corpora.
        noises, rooms: (S,) each.
    """

    voices: Mapping[str, Mapping[str, Sequence[Clip]]]
    weights: Mapping[str, float]
    noises: Sequence[np.ndarray]
    rooms: Sequence[np.ndarray]


@dataclass(frozen=True, eq=False)
class Conversation:
    """Attributes: `audio`: (S,) float32 at 16 kHz; `turns`: the truth, in order, which may overlap."""

    audio: np.ndarray
    turns: tuple[TrueTurn, ...]


@dataclass(frozen=True, eq=False)
class _Person:
    name: str
    clips: Sequence[Clip]
    speed: float
    level: float
    room: np.ndarray | None


class _Tape:
    """Sound and turns so far."""

    def __init__(self, length_s: float) -> None:
        self.audio = np.zeros(round(length_s * SAMPLE_RATE), np.float64)
        self.turns: list[TrueTurn] = []

    def put(self, sound: np.ndarray, at_s: float, person: _Person, gain_db: float = 0.0) -> float:
        """Let a person say (S,) samples; returns when that ends, seconds."""
        start = round(at_s * SAMPLE_RATE)
        heard = sound if person.room is None else convolve_room(sound.astype(np.float32), person.room)
        fits = max(0, min(len(sound), len(self.audio) - start))
        self.audio[start : start + fits] += person.level * 10 ** (gain_db / 20) * heard[:fits]
        end_s = len(self.audio) / SAMPLE_RATE
        for first, last in runs(loud_frames(sound, FRAME, -(-len(sound) // FRAME))).tolist():
            begin, stop = at_s + first * FRAME / SAMPLE_RATE, min(end_s, at_s + last * FRAME / SAMPLE_RATE)
            if begin < stop:
                self.turns.append((begin, stop, person.name))
        return at_s + len(sound) / SAMPLE_RATE


def converse(stage: Stage, length_s: float, seed: int) -> Conversation:
    """One conversation of `length_s`; the same seed gives the same."""
    rng = random.Random(seed)
    people = _people(stage, rng)
    early_rate, word_rate = rng.uniform(*EARLY_RATE), rng.uniform(*WORD_RATE)
    tape, at_s, who = _Tape(length_s), rng.uniform(0.0, 1.5), people[0]
    while at_s < length_s:
        others = [person for person in people if person is not who]
        who = who if not others or rng.random() < SAME_AGAIN else rng.choice(others)
        end_s = tape.put(_said(who, rng.uniform(*(SHORT_S if rng.random() < SHORT_RATE else TURN_S)), rng), at_s, who)
        if others and end_s - at_s > 2.0 and rng.random() < word_rate:
            other = rng.choice([person for person in people if person is not who])
            word_s = rng.uniform(*WORD_S)
            tape.put(_said(other, word_s, rng), rng.uniform(at_s, end_s - word_s), other, rng.uniform(*WORD_DB))
        pause_s = rng.uniform(*(LONG_PAUSE_S if rng.random() < LONG_PAUSE_RATE else PAUSE_S))
        is_early = rng.random() < early_rate
        at_s = max(at_s + 0.3, end_s - rng.uniform(*EARLY_S)) if is_early else end_s + pause_s
    return Conversation(_under_noise(tape.audio, stage.noises, rng), merged(tape.turns))


def merged(turns: Sequence[TrueTurn]) -> tuple[TrueTurn, ...]:
    """Turns of one speaker that overlap or nearly touch, as one."""
    joined: list[TrueTurn] = []
    for name in sorted({who for *_, who in turns}):
        own: list[TrueTurn] = []
        for start, end, _ in sorted(turn for turn in turns if turn[2] == name):
            if own and start - own[-1][1] < JOINED_S:
                own[-1] = (own[-1][0], max(own[-1][1], end), name)
            else:
                own.append((start, end, name))
        joined += own
    return tuple(sorted(joined))


def _people(stage: Stage, rng: random.Random) -> list[_Person]:
    corpus = rng.choices(list(stage.voices), [stage.weights[name] for name in stage.voices])[0]
    voices = stage.voices[corpus]
    count = min(rng.choices(PEOPLE, PEOPLE_WEIGHTS)[0], len(voices))
    in_room = rng.random() < ROOM_RATE
    people = []
    for name in rng.sample(sorted(voices), count):
        room = rng.choice(stage.rooms) if in_room and stage.rooms else None
        level_db = rng.uniform(*LEVEL_DB) + (FAR_DB * rng.random() if room is not None else 0.0)
        people.append(_Person(name, voices[name], rng.uniform(*SPEED), 10 ** (level_db / 20), room))
    return people


def _said(person: _Person, length_s: float, rng: random.Random) -> np.ndarray:
    """(S,) of about `length_s` in a person's words, at the level 1."""
    wanted, pieces = round(length_s * SAMPLE_RATE), [np.zeros(0)]
    while sum(map(len, pieces)) < wanted - SAMPLE_RATE // 5:
        clip = _samples(rng.choice(person.clips)) / 32767.0
        clip = np.interp(np.arange(0, len(clip) - 1, person.speed), np.arange(len(clip)), clip)
        left = wanted - sum(map(len, pieces))
        first = rng.randint(0, max(len(clip) - left, 0))
        pieces += [_spoken(clip[first : first + left]), np.zeros(rng.randint(0, SAMPLE_RATE // 4))]
    return np.concatenate(pieces[:-1])


def _samples(clip: Clip) -> np.ndarray:
    """(S,) int16 of a clip, kept: an hour is 115 MB."""
    return _read(str(clip.audio), clip.start_s, clip.duration_s)


@functools.cache
def _read(path: str, start_s: float, duration_s: float | None) -> np.ndarray:
    return np.round(load_clip(Clip(path, Path(path), start_s, duration_s)) * 32767).astype(np.int16)


def _spoken(clip: np.ndarray) -> np.ndarray:
    """The clip without silence at its ends, at the level 1, faded at a cut so that it does not click."""
    is_loud = loud_frames(clip, FRAME, max(1, -(-len(clip) // FRAME)))
    found = np.flatnonzero(is_loud)
    if not len(found):
        return np.zeros(SAMPLE_RATE // 10)
    kept = clip[found[0] * FRAME : (found[-1] + 1) * FRAME].copy()
    edge = min(len(kept) // 2, FRAME)
    kept[:edge] *= np.linspace(0, 1, edge)
    kept[len(kept) - edge :] *= np.linspace(1, 0, edge)
    return np.asarray(kept / max(np.sqrt(active_power(kept)), 1e-6))


def _under_noise(audio: np.ndarray, noises: Sequence[np.ndarray], rng: random.Random) -> np.ndarray:
    generator = np.random.default_rng(rng.randrange(2**31))
    noise = fit_length(rng.choice(noises), len(audio), generator)
    level = max(active_power(audio), 1e-6)
    mixed = audio + noise * np.sqrt(level * 10 ** (-rng.uniform(*SNR_DB) / 10) / max(power(noise), 1e-12))
    mixed *= 10 ** (rng.uniform(*LOUDNESS_DB) / 20) / np.sqrt(level)
    return (mixed * min(1.0, 0.99 / max(float(np.abs(mixed).max()), 1e-9))).astype(np.float32)
