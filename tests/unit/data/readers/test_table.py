"""CSV and TSV: any column is a label, an empty cell is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.data.readers import READERS, BadRow, GoodRow, Row


def _rows(folder: Path, text: str, name: str = "t.csv") -> list[Row]:
    (folder / name).write_text(text, encoding="utf-8")
    return list(READERS["csv"]().rows(folder / name))


@pytest.mark.parametrize(("name", "comma"), [("t.csv", ","), ("t.csv", ";"), ("t.tsv", "\t")])
def test_columns_become_fields(tmp_path: Path, name: str, comma: str) -> None:
    header = ["audio", "text", "mood", "start_s", "duration_s", "split"]
    lines = [header, ["a/x.wav", "hej då", "good", "1.5", "2", "dev"], ["/y.wav", "", "", "", "", ""]]
    first, second = _rows(tmp_path, "\n".join(comma.join(line) for line in lines), name)
    assert isinstance(first, GoodRow) and isinstance(second, GoodRow)
    assert first.where == f"{tmp_path / name}:2"
    assert first.clip.audio == tmp_path / "a/x.wav"
    assert first.clip.id == "a/x.wav@1.5"
    assert (first.clip.start_s, first.clip.duration_s, first.clip.split) == (1.5, 2.0, "dev")
    assert first.clip.labels == {"text": "hej då", "mood": "good"}
    assert second.clip.audio == Path("/y.wav")
    assert (second.clip.id, second.clip.duration_s, second.clip.labels) == ("/y.wav", None, {})


def test_quoted_text_may_hold_commas_and_lines(tmp_path: Path) -> None:
    rows = _rows(tmp_path, 'audio,text\nx.wav,"one, two\nthree"\ny.wav,four\n')
    assert [row.clip.labels["text"] for row in rows] == ["one, two\nthree", "four"]  # type: ignore[union-attr]


def test_cells_are_text_unless_the_header_gives_a_type(tmp_path: Path) -> None:
    good, bad = _rows(tmp_path, "audio,speaker,age:int,score:float\nx.wav,007,31,0.5\ny.wav,8,old,1\n")
    assert isinstance(good, GoodRow) and good.clip.labels == {"speaker": "007", "age": 31, "score": 0.5}
    assert isinstance(bad, BadRow) and "old" in bad.why


def test_the_path_may_stand_under_file(tmp_path: Path) -> None:
    (row,) = _rows(tmp_path, "file,label\nx.wav,a\n")
    assert isinstance(row, GoodRow) and row.clip.audio == tmp_path / "x.wav" and row.clip.labels == {"label": "a"}
    (row,) = _rows(tmp_path, "audio,file\nx.wav,a\n")
    assert isinstance(row, GoodRow) and row.clip.labels == {"file": "a"}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert isinstance(_rows(tmp_path, "\ufeffaudio\nx.wav\n")[0], GoodRow)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,text\nx.wav,a\n", "no column `audio` or `file`, it has path, text"),
        ("", "it has nothing"),
        ("audio,age:year\nx.wav,3\n", "give one of int, float, str"),
        ("audio,text\nx.wav,a,b\n", "more cells"),
        ("audio,text\n,a\n", "'id'"),
        ("audio,start_s\nx.wav,-2\n", "start_s"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, text: str, message: str) -> None:
    (row,) = _rows(tmp_path, text)
    assert isinstance(row, BadRow) and message in row.why
