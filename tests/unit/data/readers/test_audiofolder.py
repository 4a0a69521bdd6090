"""Hugging Face's audiofolder: metadata beside the audio, or in a folder a split."""

from __future__ import annotations

from pathlib import Path

from allears.data.open import find_reader
from allears.data.readers import READERS, BadRow, GoodRow
from tests.unit.data.recipes.tree import write


def test_a_table_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"metadata.csv": 'file_name,transcription,mood\na/1.wav,"hi, you",good\n2.wav,,\n,x,y\n'})
    assert find_reader(tmp_path) == "audiofolder"
    first, second, bad = READERS["audiofolder"]().rows(tmp_path)
    assert isinstance(first, GoodRow) and isinstance(second, GoodRow) and isinstance(bad, BadRow)
    assert (first.clip.id, first.clip.audio) == ("a/1.wav", tmp_path / "a/1.wav")
    assert first.clip.labels == {"text": "hi, you", "mood": "good"}
    assert (second.clip.labels, second.clip.split) == ({}, None)
    assert "file_name" in bad.why


def test_a_folder_a_split(tmp_path: Path) -> None:
    write(tmp_path, {
        "train/metadata.jsonl": '{"file_name": "1.wav", "text": "one"}\noops\n[1]\n',
        "validation/metadata.jsonl": '{"file_name": "1.wav", "text": "two"}\n',
    })  # fmt: skip
    rows = list(READERS["audiofolder"]().rows(tmp_path))
    clips = [row.clip for row in rows if isinstance(row, GoodRow)]
    assert [(clip.id, clip.split) for clip in clips] == [("train/1.wav", "train"), ("validation/1.wav", "dev")]
    assert len(rows) == 4


def test_metadata_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"metadata.csv": "LJ001-0001|In 1465,|In fourteen sixty-five,\n"})
    assert not READERS["audiofolder"]().fits(tmp_path)
