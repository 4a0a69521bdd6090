"""Common Voice's folder: split tables, decades, unknown cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.data.readers import READERS, BadRow, GoodRow

HEADER = "client_id\tpath\tsentence\tup_votes\tage\tgender\taccents\tlocale"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sv" / "clips").mkdir(parents=True)
    return tmp_path / "sv"


def _write(folder: Path, split: str, *lines: str) -> None:
    (folder / f"{split}.tsv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def test_the_tables_are_read(folder: Path) -> None:
    _write(folder, "train", 'abc\tcv_1.mp3\tHan sa "hej\t2\tfourties\tfemale_feminine\tSkåne\tsv-SE')
    _write(folder, "dev", "def\tcv_2.mp3\tJa.\t2\t\t\t\t")
    _write(folder, "validated", "def\tcv_2.mp3\tJa.\t2\t\t\t\t")
    first, second = (row.clip for row in READERS["common-voice"]().rows(folder) if isinstance(row, GoodRow))
    assert first.audio == folder / "clips" / "cv_1.mp3"
    assert (first.id, first.split) == ("cv_1", "train")
    assert first.labels == {
        "text": 'Han sa "hej', "speaker": "abc", "language": "sv-SE", "gender": "female", "age": 45, "accent": "Skåne",
    }  # fmt: skip
    assert (second.split, second.labels) == ("dev", {"text": "Ja.", "speaker": "def", "language": "sv"})


def test_validated_serves_where_there_are_no_splits(folder: Path) -> None:
    _write(folder, "validated", "def\tcv_2.mp3\tJa.\t2\t\t\t\t")
    (row,) = READERS["common-voice"]().rows(folder)
    assert isinstance(row, GoodRow) and row.clip.split is None


def test_what_cannot_be_read_is_told(folder: Path) -> None:
    _write(folder, "train", "abc\t\tHej\t2\t\t\t\t")
    (folder / "dev.tsv").write_text("client_id\tpath\nx\ty.mp3\n")
    empty, header = READERS["common-voice"]().rows(folder)
    assert isinstance(empty, BadRow) and empty.where.endswith("train.tsv:2")
    assert isinstance(header, BadRow) and "no column sentence" in header.why
