"""VoxCeleb 1 and 2: celebrities in interviews, cut from videos: who speaks, and no text.

Own reader: lhotse's recipe downloads the list of trials while it prepares. Found are all SPEAKER/VIDEO/NUMBER files
under the folder, however the parts were unpacked (`wav/`, `dev/aac/`, ...). M4A needs the extra `allears[av]` to hear.
Nagrani et al. 2017, Chung et al. 2018.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, wrong_folder

__all__ = ["voxceleb"]

_SPEAKER = re.compile(r"id\d{5}$")
_GENDERS = {"m": "male", "f": "female"}


def _read(folder: Path) -> Iterator[Item]:
    tables = sorted(folder.rglob("vox?_meta.csv")) if folder.is_dir() else []
    files = [path for path in audio_files(folder, "**/id*/*/*") if _SPEAKER.match(path.parts[-3])]
    if not files:
        raise (
            wrong_folder(folder, ("**/id10001/VIDEO/00001.wav (or .m4a)",))
            if folder.is_dir()
            else ValueError(f"no folder {folder}: give the folder into which the corpus was unpacked")
        )
    people = {cells[0]: cells for table in tables for cells in _cells(table)}
    for path in files:
        speaker = path.parts[-3]
        if people and speaker not in people:
            yield Skipped(f"a speaker that is not in {' or '.join(table.name for table in tables)}", str(path))
            continue
        yield _clip(path, speaker, people.get(speaker, []))


def _cells(table: Path) -> Iterator[list[str]]:
    """Rows `id, name, gender, [nationality,] set`: tabs in VoxCeleb 1, commas and spaces in VoxCeleb 2."""
    text = table.read_text(encoding="utf-8").splitlines()
    delimiter = "\t" if text and "\t" in text[0] else ","
    for cells in csv.reader(text[1:], delimiter=delimiter):
        if cells:
            yield [cell.strip() for cell in cells]


def _clip(path: Path, speaker: str, cells: list[str]) -> Clip:
    labels = known(
        speaker=speaker,
        gender=_GENDERS.get(cells[2]) if len(cells) > 3 else None,
        nationality=cells[3] if len(cells) > 4 else None,
    )
    split = {"dev": "train", "test": "test"}.get(cells[-1]) if cells else None
    return Clip("-".join((*path.parts[-3:-1], path.stem)), path, split=split, labels=labels)


@CORPORA.register
def voxceleb() -> Corpus:
    """VoxCeleb 1 and 2: 7000 speakers in the wild."""
    return Corpus(
        title="VoxCeleb",
        licence="CC-BY-4.0",
        url="https://www.robots.ox.ac.uk/~vgg/data/voxceleb/",
        layout="**/id10001/VIDEO/00001.wav (or .m4a), vox1_meta.csv, vox2_meta.csv",
        labels=("speaker", "gender", "nationality"),
        split="official, by speaker: its `dev` is train, its `test` is test; none without the meta tables",
        read=_read,
    )
