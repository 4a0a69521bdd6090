"""LibriSpeech's folders: SUBSET/SPEAKER/CHAPTER/SPEAKER-CHAPTER-NUMBER.flac beside SPEAKER-CHAPTER.trans.txt.

In: the folder that holds SPEAKERS.TXT and the subsets, or one subset. Labels: text, speaker, language (en), gender
where SPEAKERS.TXT is found. Split: by the subset's name (train-clean-100 -> train). Source: Panayotov et al. 2015.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row

__all__ = ["LibriSpeechReader", "librispeech"]

_SPLITS = ("train", "dev", "test")
_GENDERS = {"F": "female", "M": "male"}
_AUDIO = (".flac", ".wav", ".opus", ".ogg", ".mp3")


class LibriSpeechReader:
    """See the module."""

    looks_like = "a LibriSpeech folder: SUBSET/SPEAKER/CHAPTER/SPEAKER-CHAPTER.trans.txt beside its audio"

    def fits(self, path: Path) -> bool:
        return path.is_dir() and any(True for depth in ("*/*", "*/*/*") for _ in path.glob(f"{depth}/*.trans.txt"))

    def rows(self, path: Path) -> Iterator[Row]:
        genders = _genders(path)
        for transcript in sorted(path.rglob("*.trans.txt")):
            subset = transcript.parents[2].name
            yield from _chapter(transcript, subset, genders)


def _chapter(transcript: Path, subset: str, genders: Mapping[str, str]) -> Iterator[Row]:
    audio = {file.stem: file for file in sorted(transcript.parent.iterdir()) if file.suffix in _AUDIO}
    split = next((name for name in _SPLITS if subset.startswith(name)), None)
    told = set()
    with open(transcript, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            name, _, text = line.strip().partition(" ")
            where = f"{transcript}:{number}"
            if not name:
                continue
            told.add(name)
            if name not in audio:
                yield BadRow(where, f"no audio {name} ({', '.join(_AUDIO)}) beside the transcript")
                continue
            speaker = name.split("-")[0]
            labels: dict[str, Any] = {"text": text, "speaker": speaker, "language": "en"}
            if speaker in genders:
                labels["gender"] = genders[speaker]
            clip = Clip(
                name,
                audio[name],
                split=split,
                source="LibriSpeech",
                licence="CC-BY-4.0",
                labels={key: value for key, value in labels.items() if value},
            )
            yield GoodRow(where, clip)
    for name in sorted(set(audio) - told):
        yield BadRow(str(audio[name]), f"no line in {transcript.name} for this file")


def _genders(path: Path) -> dict[str, str]:
    """Speaker -> gender from SPEAKERS.TXT (`id | sex | subset | minutes | name`), in the folder or the one above."""
    for folder in (path, path.parent):
        table = folder / "SPEAKERS.TXT"
        if table.is_file():
            lines = (line.split("|") for line in table.read_text(encoding="utf-8").splitlines() if line[:1] != ";")
            rows = (([cell.strip() for cell in line]) for line in lines if len(line) >= 2)
            return {row[0]: _GENDERS[row[1]] for row in rows if row[1] in _GENDERS}
    return {}


@READERS.register
def librispeech() -> Reader:
    """LibriSpeech's folder layout (also LibriTTS-like copies with .trans.txt)."""
    return LibriSpeechReader()
