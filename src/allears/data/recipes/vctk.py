"""VCTK: sentences read by a hundred English speakers of many accents, versions 0.92 and 0.80.

Own reader: lhotse's stops at the first text without audio, of which the corpus has some, and lists files in the order
of the file system. Of two microphones the first is taken, the second where the first is missing.
Yamagishi et al. 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, find_root
from allears.data.recipes._splits import hashed_split

__all__ = ["vctk"]

_FOLDERS = ("wav48_silence_trimmed", "wav48")  # 0.92, 0.80
_GENDERS = {"F": "female", "M": "male"}


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "wav48*/*/*", "txt")
    people = _people(root / "speaker-info.txt")
    audio: dict[str, Path] = {}
    for name in _FOLDERS:
        for path in audio_files(root, f"{name}/*/*"):
            audio.setdefault(path.stem.removesuffix("_mic1").removesuffix("_mic2"), path)  # mic1 is before mic2
    for utterance, path in audio.items():
        speaker = path.parent.name
        text = root / "txt" / speaker / f"{utterance}.txt"
        if not text.is_file():
            yield Skipped("audio without a text", str(path))
            continue
        words = " ".join(text.read_text(encoding="utf-8").split())
        labels = known(text=words, language="en", speaker=speaker) | people.get(speaker, {})
        yield Clip(utterance, path, split=hashed_split(speaker), labels=labels)


def _people(table: Path) -> dict[str, dict[str, Any]]:
    """speaker-info.txt: `ID AGE GENDER ACCENTS REGION`; in 0.80 the IDs lack their p."""
    if not table.is_file():
        return {}
    people = {}
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        cells = line.split()
        if len(cells) >= 4:
            name = f"p{cells[0]}" if cells[0].isdigit() else cells[0]
            age = int(cells[1]) if cells[1].isdigit() else None
            people[name] = known(gender=_GENDERS.get(cells[2]), age=age, accent=cells[3])
    return people


@CORPORA.register
def vctk() -> Corpus:
    """VCTK: 110 English speakers of many accents."""
    return Corpus(
        title="VCTK",
        licence="CC-BY-4.0",
        url="https://datashare.ed.ac.uk/handle/10283/3443",
        layout="wav48_silence_trimmed/p225/p225_001_mic1.flac (or wav48/p225/p225_001.wav), txt/, speaker-info.txt",
        labels=("text", "language", "speaker", "gender", "age", "accent"),
        split="ours: by speaker",
        read=_read,
    )
