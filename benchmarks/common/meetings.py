"""Meetings put together from clips of single speakers, seeded, so that who speaks when is known to 10 ms.

In: clips with the label `speaker`. Out: `MadeMeeting`: audio and true turns. 2 to 4 people take turns of one to three
clips; the next one begins after a pause of 0.1 to 1.2 s or, one time in four, 0.3 to 1.5 s before the last one ends.
Speech is where a clip's level says so (`mixtures.label`); levels of people differ by up to 6 dB; a noise lies 20 dB
under all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip, read_manifest
from allears.decode.segments import runs
from common.corpora import clips_of
from common.mixtures import GRID, label

__all__ = ["MadeMeeting", "TrueTurn", "made_meetings", "make_meeting", "meetings_of_strangers"]

TrueTurn = tuple[float, float, str]
"""Start and end, seconds; speaker."""

PAUSE_S, OVERLAP_S, OVERLAP_RATE = (0.1, 1.2), (0.3, 1.5), 0.25
SAME_AGAIN = 0.15  # how often the same person goes on after a pause
MAX_CLIP_S = 6.0  # of a longer clip, any stretch of that length
LEVEL_DB, NOISE_DB, SPEECH_RMS = 3.0, 20.0, 0.05


@dataclass(frozen=True, eq=False)
class MadeMeeting:
    """Attributes: `name`; `audio`: (S,) float32 at 16 kHz; `turns`: the truth, which may overlap."""

    name: str
    audio: np.ndarray
    turns: tuple[TrueTurn, ...]


def made_meetings(data: Path, *, is_test: bool) -> dict[str, list[MadeMeeting]]:
    """Meetings of 70 s by set: of held-out speakers, or of those of the training data."""
    noises = clips_of(data, "noise", "test" if is_test else "train")
    native = clips_of(data, "librispeech-mini", "dev" if is_test else "train")
    accented = (
        clips_of(data, "speechocean762-test", "test") if is_test else clips_of(data, "speechocean762-train", "train")
    )
    adults = [clip for clip in accented if clip.labels.get("age", 0) >= 16]
    few = len({clip.labels["speaker"] for clip in native})
    first = 1000 if is_test else 0
    return {
        "made of LibriSpeech": [
            make_meeting(f"native-{i}", native, noises, num_speakers=min(2 + i % 3, few), length_s=70.0, seed=first + i)
            for i in range(3 if is_test else 9)
        ],
        "made of speechocean762": [
            make_meeting(
                f"accented-{i}", accented if i % 2 else adults, noises, num_speakers=2 + i % 3, length_s=70.0,
                seed=first + 100 + i,
            )
            for i in range(6)
        ],
    }  # fmt: skip


def meetings_of_strangers(data: Path) -> list[MadeMeeting]:
    """Meetings of nEMO's actors, who are in no training of the speaker head and in no test of meetings; to tune on."""
    clips = read_manifest(data / "nemo-nc" / "manifest.jsonl")
    neutral = [clip for clip in clips if clip.labels.get("emotion") == "neutral"]
    noises = clips_of(data, "noise", "train")
    return [
        make_meeting(f"nemo-{i}", neutral, noises, num_speakers=2 + i % 3, length_s=60.0, seed=500 + i)
        for i in range(9)
    ]


def make_meeting(
    name: str, clips: Sequence[Clip], noises: Sequence[Clip], *, num_speakers: int, length_s: float, seed: int
) -> MadeMeeting:
    """One meeting of speakers drawn from those of the clips."""
    rng = random.Random(seed)
    people = rng.sample(sorted({clip.labels["speaker"] for clip in clips}), num_speakers)
    own = {who: [clip for clip in clips if clip.labels["speaker"] == who] for who in people}
    gain = {who: SPEECH_RMS * 10 ** (rng.uniform(-LEVEL_DB, LEVEL_DB) / 20) for who in people}
    audio = np.zeros(round((length_s + 4 * MAX_CLIP_S) * SAMPLE_RATE), np.float32)
    turns: list[TrueTurn] = []
    at_s, who, order = 0.5, people[0], iter(people)  # everybody speaks once before chance decides
    while at_s < length_s:
        others = [p for p in people if p != who]
        who = next(order, None) or (who if rng.random() < SAME_AGAIN else rng.choice(others))
        end_s = at_s
        for clip in rng.choices(own[who], k=rng.randint(1, 3)):
            end_s = _put(audio, _stretch(rng, load_clip(clip)), end_s, gain[who], who, turns)
        overlaps = rng.random() < OVERLAP_RATE
        at_s = max(at_s + 0.5, end_s - rng.uniform(*OVERLAP_S)) if overlaps else end_s + rng.uniform(*PAUSE_S)
    last_s = max(end for _, end, _ in turns) + 0.5
    audio = audio[: round(last_s * SAMPLE_RATE)]
    noise = np.resize(load_clip(rng.choice(noises)), len(audio))
    level = SPEECH_RMS * 10 ** (-NOISE_DB / 20) / max(float(np.sqrt(np.mean(noise**2))), 1e-6)
    return MadeMeeting(name, np.clip(audio + level * noise, -1, 1).astype(np.float32), _merged(turns))


def _stretch(rng: random.Random, sound: np.ndarray) -> np.ndarray:
    longest = round(MAX_CLIP_S * SAMPLE_RATE)
    first = rng.randint(0, max(len(sound) - longest, 0))
    return sound[first : first + longest]


def _put(audio: np.ndarray, sound: np.ndarray, at_s: float, rms: float, who: str, turns: list[TrueTurn]) -> float:
    """Add the speech in (S,) samples; returns where it ends, seconds."""
    is_speech = label(sound)
    if not is_speech.any():
        return at_s
    found = np.flatnonzero(is_speech)
    begin, end = found[0] * GRID, (found[-1] + 1) * GRID
    sound, is_speech = sound[begin:end], is_speech[found[0] : found[-1] + 1]
    loud = float(np.sqrt(np.mean(sound[np.repeat(is_speech, GRID)[: len(sound)]] ** 2)))
    start = round(at_s * SAMPLE_RATE)
    audio[start : start + len(sound)] += sound * (rms / max(loud, 1e-6))
    per_s = SAMPLE_RATE / GRID
    turns += [(at_s + a / per_s, at_s + b / per_s, who) for a, b in runs(is_speech).tolist()]
    return at_s + len(sound) / SAMPLE_RATE


def _merged(turns: Sequence[TrueTurn]) -> tuple[TrueTurn, ...]:
    """Turns of one speaker that overlap or are less than 0.25 s apart, as one."""
    merged: list[TrueTurn] = []
    for who in sorted({turn[2] for turn in turns}):
        now: TrueTurn | None = None
        for start, end, _ in sorted(turn for turn in turns if turn[2] == who):
            if now is not None and start - now[1] < 0.25:
                now = (now[0], max(now[1], end), who)
                continue
            if now is not None:
                merged.append(now)
            now = (start, end, who)
        if now is not None:
            merged.append(now)
    return tuple(sorted(merged))
