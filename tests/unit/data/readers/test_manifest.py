"""The JSONL reader: rows with their place, bad ones told and not skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.data.manifest import read_manifest
from allears.data.readers import READERS, BadRow, GoodRow


def test_rows_and_bad_rows_keep_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text('{"id": "a", "audio": "a.wav", "mood": "good"}\n\nnot json\n[1]\n{"id": "b"}\n')
    rows = list(READERS["manifest"]().rows(tmp_path))
    assert [row.where for row in rows] == [f"{file}:{line}" for line in (1, 3, 4, 5)]
    assert isinstance(rows[0], GoodRow) and rows[0].clip.labels == {"mood": "good"}
    assert [isinstance(row, BadRow) for row in rows[1:]] == [True] * 3
    assert "not a JSON object" in rows[2].why  # type: ignore[union-attr]
    assert "'audio'" in rows[3].why  # type: ignore[union-attr]


def test_it_agrees_with_read_manifest(tmp_path: Path) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text('{"id": "a", "audio": "a.wav"}\n{"id": "b", "audio": "/b.wav", "start_s": 1.5}\n')
    assert [row.clip for row in READERS["manifest"]().rows(file)] == list(read_manifest(file))  # type: ignore[union-attr]


@pytest.mark.parametrize("seconds", ["-1", "NaN", '"3"', "true"])
def test_a_length_that_is_none_is_a_bad_row(tmp_path: Path, seconds: str) -> None:
    (tmp_path / "m.jsonl").write_text(f'{{"id": "a", "audio": "a.wav", "duration_s": {seconds}}}\n')
    (row,) = READERS["manifest"]().rows(tmp_path / "m.jsonl")
    assert isinstance(row, BadRow) and "duration_s" in row.why
