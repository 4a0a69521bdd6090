"""A data folder of Kaldi or ESPnet: wav.scp, and whatever there is of segments, text, utt2spk, spk2gender, utt2lang.

wav.scp may name files only: a command (`sph2pipe ... |`) is not run, its rows are told as broken. Paths are relative to
the working folder there; where no such file is, to the data folder. The split is the folder's name, if it starts with
train, dev, valid or test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row

__all__ = ["KaldiReader", "kaldi"]

_SPLITS = {"train": "train", "dev": "dev", "valid": "dev", "test": "test"}
_GENDERS = {"f": "female", "m": "male"}


class KaldiReader:
    """See the module."""

    looks_like = "a data folder of Kaldi: wav.scp, text, utt2spk, segments"

    def fits(self, path: Path) -> bool:
        return path.is_dir() and (path / "wav.scp").is_file()

    def rows(self, path: Path) -> Iterator[Row]:
        tables = {name: _table(path / name) for name in ("text", "utt2spk", "spk2gender", "utt2lang")}
        recordings = _table(path / "wav.scp")
        split = next((split for start, split in _SPLITS.items() if path.name.startswith(start)), None)
        has_segments = (path / "segments").is_file()
        where = path / ("segments" if has_segments else "wav.scp")
        for number, (name, value) in enumerate(_table(where).items(), start=1):
            recording, start_s, end_s = _segment(value) if has_segments else (name, 0.0, None)
            if recording not in recordings:
                yield BadRow(f"{where}:{number}", f"{recording!r} is not in wav.scp: RECORDING START END is needed")
                continue
            source = recordings[recording]
            if source.endswith("|"):
                yield BadRow(f"{where}:{number}", f"the audio is a command ({source}): write its output to files first")
                continue
            yield GoodRow(
                f"{where}:{number}",
                Clip(
                    name,
                    _existing(Path(source), path),
                    start_s=start_s,
                    duration_s=None if end_s is None else round(end_s - start_s, 4),
                    split=split,
                    labels=_labels(name, tables),
                ),
            )


def _table(path: Path) -> dict[str, str]:
    """`key the rest` a line; a file that is not there is empty."""
    if not path.is_file():
        return {}
    pairs = (line.strip().partition(" ") for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {key: rest.strip() for key, _, rest in pairs}


def _segment(value: str) -> tuple[str, float, float | None]:
    """`recording start end`; what is not gives an empty name, which no recording has."""
    cells = value.split()
    try:
        return cells[0], float(cells[1]), float(cells[2])
    except (IndexError, ValueError):
        return "", 0.0, None


def _existing(source: Path, folder: Path) -> Path:
    return source if source.is_absolute() or source.is_file() else folder / source


def _labels(name: str, tables: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    speaker = tables["utt2spk"].get(name)
    labels = {
        "text": tables["text"].get(name),
        "speaker": speaker,
        "gender": _GENDERS.get(tables["spk2gender"].get(speaker or "", "")[:1].lower()),
        "language": tables["utt2lang"].get(name),
    }
    return {field: value for field, value in labels.items() if value}


@READERS.register
def kaldi() -> Reader:
    """A Kaldi data folder."""
    return KaldiReader()
