"""Fluent Speech Commands: orders to a smart home, each with action, object and location.

Own reader: lhotse's (`slu`) needs pandas, gives numbers for names, and leaves speakers out. `intent` is the three
joined, as papers count them: 31 classes. Lugosch et al. 2019.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item
from allears.data.recipes._base import known
from allears.data.recipes._folders import find_root
from allears.data.recipes._splits import SPLITS

__all__ = ["fluent_speech_commands"]

_PARTS = ("action", "object", "location")


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "data/train_data.csv", "wavs")
    people = _people(root / "data" / "speaker_demographics.csv")
    for name in ("train", "valid", "test"):
        table = root / "data" / f"{name}_data.csv"
        for row in _rows(table) if table.is_file() else ():
            speaker = row["speakerId"]
            intent = {part: row[part] for part in _PARTS}
            labels = known(text=row["transcription"], language="en", speaker=speaker, intent="-".join(intent.values()))
            path = root / row["path"]
            yield Clip(path.stem, path, split=SPLITS[name], labels=labels | intent | people.get(speaker, {}))


def _people(table: Path) -> dict[str, dict[str, Any]]:
    if not table.is_file():
        return {}
    return {
        row["speakerId"]: known(
            gender=row.get("gender"), age_group=row.get("ageRange"), first_language=row.get("First Language spoken")
        )
        for row in _rows(table)
    }


def _rows(table: Path) -> list[dict[str, str]]:
    with open(table, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@CORPORA.register
def fluent_speech_commands() -> Corpus:
    """Fluent Speech Commands: 31 intents from speech, English."""
    return Corpus(
        title="Fluent Speech Commands",
        licence="Fluent Speech Commands licence: academic research, no commercial use",
        url="https://fluent.ai/fluent-speech-commands-a-dataset-for-spoken-language-understanding-research/",
        layout="data/train_data.csv, valid_data.csv, test_data.csv, speaker_demographics.csv; wavs/speakers/*/*.wav",
        labels=("text", "language", "speaker", "gender", "age_group", "first_language", "intent", *_PARTS),
        split="official",
        read=_read,
    )
