"""What wake words are measured on: hours without them, and clips of them alone, in noise, in other speech.

In: the corpora. Out: sounds with a name each, loaded when they are asked for, so that kept scores cost no loading.

Negatives are joined to pieces of `PIECE_S` and more, as a microphone that is always on would hear them: all clips that
say none of the keywords and that no threshold was measured on (`keyword_background.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.corpora import clips_of

__all__ = ["CONDITIONS", "Sound", "in_noise", "joined", "level", "negatives", "pieces", "positives"]

CONDITIONS = ("alone", "noise", "speech")
NEGATIVES = (
    ("speechocean762-test", ("test",)),
    ("librispeech-mini", ("dev", "train")),
    ("asterisk-prompts", ("test", "dev", "train")),
    ("nemo-nc", ("test", "dev", "train")),
    ("precise-community", ("test", "dev", "train")),
    ("spoken-digits", ("test", "train")),
    ("emodb", ("test", "dev")),
    ("noise", ("test", "dev")),
)
PIECE_S, LONGEST_S = 8.0, 24.0  # the encoder's time grows faster than the length
SNRS_DB = (0.0, 5.0, 10.0, 15.0)
AROUND_S = 3.0  # of other speech before and after


@dataclass(frozen=True)
class Sound:
    """One sound. `id`: the same in every run; `keyword`: what is said in it, empty for none; `load`: its samples."""

    id: str
    keyword: str
    load: Callable[[], np.ndarray]


def negatives(data: Path, words: Sequence[str], *, limit: int | None, seed: int) -> Iterator[Sound]:
    """Pieces of every corpus in turn, so that any part of them is a fair sample; `limit`: clips of each corpus."""
    queues = [_corpus_pieces(data, corpus, splits, words, limit, seed) for corpus, splits in NEGATIVES]
    spread = [((k + 0.5) / len(queue), piece) for queue in queues for k, piece in enumerate(queue)]
    yield from (piece for _, piece in sorted(spread, key=lambda item: item[0]))


def _corpus_pieces(
    data: Path, corpus: str, splits: Sequence[str], words: Sequence[str], limit: int | None, seed: int
) -> list[Sound]:
    clips = [clip for split in splits for clip in clips_of(data, corpus, split) if not says(clip, words)]
    random.Random(seed).shuffle(clips)
    return [
        Sound(f"{corpus}/{piece[0].id}+{len(piece) - 1}", "", partial(joined, piece)) for piece in pieces(clips[:limit])
    ]


def says(clip: Clip, words: Sequence[str]) -> bool:
    """Whether a clip is labelled with one of the words."""
    said = f"{clip.labels.get('text', '')} {clip.labels.get('keyword', '')}".lower()
    return any(word in said for word in words)


def pieces(clips: Sequence[Clip]) -> list[list[Clip]]:
    """Clips in groups of `PIECE_S` or more together."""
    groups: list[list[Clip]] = []
    length_s = PIECE_S
    for clip in clips:
        if length_s >= PIECE_S:
            groups.append([])
            length_s = 0.0
        groups[-1].append(clip)
        length_s += clip.duration_s or 0.0
    return groups


def joined(clips: Sequence[Clip]) -> np.ndarray:
    """Clips one after another, (S,)."""
    return np.concatenate([load_clip(clip) for clip in clips])[: round(LONGEST_S * SAMPLE_RATE)]


def positives(data: Path, condition: str, *, limit: int | None, seed: int) -> Iterator[Sound]:
    """The test clips of wake-words in one of `CONDITIONS`."""
    rng = random.Random(f"{seed} {condition}")
    noises, speech = clips_of(data, "noise", "test"), clips_of(data, "speechocean762-test", "test")
    clips = clips_of(data, "wake-words", "test")
    random.Random(seed).shuffle(clips)
    for number, clip in enumerate(clips[:limit]):
        others = [rng.choice(noises)] if condition == "noise" else [rng.choice(speech), rng.choice(speech)]
        load = partial(_positive, clip, condition, others, SNRS_DB[number % len(SNRS_DB)])
        yield Sound(f"{condition}/{clip.id}", str(clip.labels["keyword"]), load)


def _positive(clip: Clip, condition: str, others: Sequence[Clip], snr_db: float) -> np.ndarray:
    audio = load_clip(clip)
    if condition == "noise":
        return in_noise(audio, load_clip(others[0]), snr_db)
    return audio if condition == "alone" else _between(audio, load_clip(others[0]), load_clip(others[1]))


def level(audio: np.ndarray) -> float:
    """Level of the frames of 20 ms within 20 dB of the loud ones."""
    frames = audio[: len(audio) // 320 * 320].reshape(-1, 320)
    levels = np.sqrt(np.square(frames).mean(axis=1))
    return max(1e-6, float(np.sqrt(np.square(levels[levels >= 0.1 * np.percentile(levels, 95)]).mean())))


def in_noise(audio: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """The samples with noise that much below their level."""
    noise = np.resize(noise, len(audio))
    rms = max(1e-9, float(np.sqrt(np.square(noise).mean())))
    return (audio + noise * (level(audio) / rms * 10 ** (-snr_db / 20))).astype(np.float32)


def _between(audio: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    length, loud = round(AROUND_S * SAMPLE_RATE), level(audio)
    around = [before[-length:] * (loud / level(before)), after[:length] * (loud / level(after))]
    return np.concatenate([around[0], audio, around[1]]).astype(np.float32)
