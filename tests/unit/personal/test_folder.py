"""All of a user's data is found, and erased without a rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.personal import KINDS, CorrectionStore, UserWord, WordStore, erase, own_files
from allears.personal.folder import foreign_files
from allears.user_data import private_file, user_folder


def _fill() -> None:
    WordStore().add(UserWord("Szabó Ágnes"))
    CorrectionStore().add(np.zeros(1600, np.float32), "hello", "hallo")
    for kind, suffixes in KINDS.items():
        with private_file(user_folder(kind) / f"x{suffixes[0]}") as file:
            file.write(b"1")


def test_everything_is_listed_by_kind_and_is_private(home: Path) -> None:
    assert own_files() == ()
    _fill()
    files = own_files()
    assert {file.kind for file in files} == set(KINDS)
    assert len(files) == len(KINDS) + 3, "a word, and a correction's text and clip"
    assert all(file.path.stat().st_mode & 0o077 == 0 and file.path.is_relative_to(home) for file in files)


def test_erasing_leaves_nothing(home: Path) -> None:
    _fill()
    partial = home / "voices" / "ann.json.123-4.partial"
    partial.write_bytes(b"half a voice that was being written")
    assert erase(own_files()) == ()
    assert not home.exists()


def test_what_is_not_ours_is_told_and_stays(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path / "documents"))
    _fill()
    letter = tmp_path / "documents" / "letter.txt"
    letter.write_text("dear Ann")
    inside = tmp_path / "documents" / "old.json" / "x"
    inside.parent.mkdir()
    inside.write_text("a folder of that name")
    assert set(foreign_files()) == {letter, inside.parent}
    assert set(erase(own_files())) == {letter, inside.parent}
    assert letter.exists() and inside.exists() and own_files() == ()


def test_erasing_twice_and_nothing_is_no_error() -> None:
    _fill()
    files = own_files()
    erase(files)
    assert erase(files) == ()


def test_a_link_is_erased_and_not_what_it_names(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "mine.json"
    elsewhere.write_text("{}")
    (home / "words").mkdir(parents=True)
    (home / "words" / "a.json").symlink_to(elsewhere)
    erase(own_files())
    assert elsewhere.exists() and not home.exists()
