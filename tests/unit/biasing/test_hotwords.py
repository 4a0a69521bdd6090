"""Hotwords are read from a file, a list or a mapping; what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.biasing.hotwords import Hotwords


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\ufeff# names\n\nAda  Lovelace\nXzibit\t2.5\n  # more\nÉmilie\n", encoding="utf-8")
    wanted = {"Ada Lovelace": 1.0, "Xzibit": 2.5, "Émilie": 1.0}
    assert Hotwords.of(path).weights == wanted
    assert Hotwords.of(str(path)).weights == Hotwords.of(wanted).weights == wanted
    assert Hotwords.of(["a b", "c"]).weights == {"a b": 1.0, "c": 1.0}
    assert Hotwords.of(Hotwords(wanted)).weights == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ok\nAda\tmuch\n", r"line 2: after the tab a number is needed, got 'much': write a weight such as 2"),
        ("Ada\t0\n", r"line 1: the weight of 'Ada' must be above 0 and at most 10, got 0"),
        ("Ada\tinf\n", r"line 1: the weight of 'Ada' must be above 0"),
        ("\n?!\n", r"line 2: a hotword needs letters or digits, got '\?!'"),
        ("Ada\nAda\t2\n", r"line 2: 'Ada' is given twice"),
        ("# nothing\n", r"has no phrase: write one a line"),
    ],
)
def test_a_wrong_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Hotwords.load(path)


def test_another_coding(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("Émilie".encode("latin-1"))
    with pytest.raises(ValueError, match="save it as UTF-8"):
        Hotwords.load(path)
