"""CREMA-D: 91 actors say twelve sentences in six emotions.

Everything is in the file's name, ACTOR_SENTENCE_EMOTION_LEVEL.wav, and actors' ages in VideoDemographics.csv.
The emotion is the one that was acted, not the one listeners heard. Cao et al. 2014.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, find_root
from allears.data.recipes._splits import hashed_split

__all__ = ["crema_d"]

_EMOTIONS = {
    "ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happiness", "NEU": "neutral", "SAD": "sadness",
}  # fmt: skip
_LEVELS = {"LO": "low", "MD": "medium", "HI": "high"}  # XX: not given
_SENTENCES = {
    "IEO": "It's eleven o'clock.",
    "TIE": "That is exactly what happened.",
    "IOM": "I'm on my way to the meeting.",
    "IWW": "I wonder what this is about.",
    "TAI": "The airplane is almost full.",
    "MTI": "Maybe tomorrow it will be cold.",
    "IWL": "I would like a new alarm clock.",
    "ITH": "I think I have a doctor's appointment.",
    "DFA": "Don't forget a jacket.",
    "ITS": "I think I've seen this before.",
    "TSI": "The surface is slick.",
    "WSI": "We'll stop in a couple of minutes.",
}


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "AudioWAV/*.wav")
    people = _people(root / "VideoDemographics.csv")
    for path in audio_files(root, "AudioWAV/*.wav"):
        parts = path.stem.split("_")
        if len(parts) != 4 or parts[1] not in _SENTENCES or parts[2] not in _EMOTIONS:
            yield Skipped("a name that is not ACTOR_SENTENCE_EMOTION_LEVEL", str(path))
            continue
        actor, sentence, emotion, level = parts
        labels = known(
            text=_SENTENCES[sentence],
            language="en",
            speaker=actor,
            emotion=_EMOTIONS[emotion],
            intensity=_LEVELS.get(level),
            sentence_id=sentence,
        )
        yield Clip(path.stem, path, split=hashed_split(actor), labels=labels | people.get(actor, {}))


def _people(table: Path) -> dict[str, dict[str, Any]]:
    """Actor -> gender and age, from `ActorID,Age,Sex,Race,Ethnicity`."""
    if not table.is_file():
        return {}
    with open(table, encoding="utf-8-sig", newline="") as file:
        return {
            row["ActorID"]: known(gender=row["Sex"].lower(), age=int(row["Age"]) if row["Age"].isdigit() else None)
            for row in csv.DictReader(file)
        }


@CORPORA.register
def crema_d() -> Corpus:
    """CREMA-D: acted emotions, English."""
    return Corpus(
        title="CREMA-D",
        licence="ODbL-1.0, contents DbCL-1.0",
        url="https://github.com/CheyneyComputerScience/CREMA-D",
        layout="AudioWAV/1001_DFA_ANG_XX.wav, VideoDemographics.csv",
        labels=("text", "language", "speaker", "gender", "age", "emotion", "intensity", "sentence_id"),
        split="ours: by actor",
        read=_read,
    )
