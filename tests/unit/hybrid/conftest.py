"""A made-up language: each phone is a place in a space of 39 numbers, words are walks through it, with noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allears.hybrid.lexicon import Lexicon
from allears.hybrid.phones import PhoneModel
from allears.hybrid.training import PhoneOptions, Utterance, train_phones

LEXICON = Lexicon(
    {
        "ab": [("A", "B")],
        "cad": [("C", "A", "D")],
        "deb": [("D", "E", "B")],
        "ace": [("A", "C", "E")],
        "bee": [("B", "E", "C")],
    }
)
PAUSE, PHONE = 5, 6  # frames: of a pause, of each phone


def sound(words: Sequence[str], rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Frames (M, 39) of words with a pause before and after all, and the first and one-past-last frame of each."""
    places = np.random.default_rng(7).normal(0, 1.5, (6, 39))
    frames, spans = [places[[5] * PAUSE]], []
    for word in words:
        first = sum(map(len, frames))
        frames += [places[["ABCDE".index(phone)] * PHONE] for phone in LEXICON.say(word)[0]]
        spans.append((first, sum(map(len, frames))))
    clean = np.concatenate([*frames, places[[5] * PAUSE]])
    return (clean + rng.normal(0, 0.5, clean.shape)).astype(np.float32), spans


def spoken(num: int, seed: int) -> list[tuple[Utterance, list[tuple[int, int]]]]:
    """Utterances of one to four words, and where their words are."""
    rng = np.random.default_rng(seed)
    names = list(LEXICON.to_dict())
    found = []
    for _ in range(num):
        words = tuple(rng.choice(names, rng.integers(1, 5)).tolist())
        frames, spans = sound(words, rng)
        found.append((Utterance(frames, frames, words), spans))
    return found


@pytest.fixture(scope="session")
def model() -> PhoneModel:
    """Trained on forty utterances, which takes a second."""
    options = PhoneOptions(num_rounds=5, num_networks=2, num_hidden=32, num_epochs=8)
    return train_phones([one for one, _ in spoken(40, 0)], LEXICON, features="mfcc", options=options)
