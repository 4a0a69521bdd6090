"""Names become file names, and a file of the user's is whole, private, or not there."""

import stat
from pathlib import Path

import pytest

from allears.user_data import file_name, private_file, user_folder


def test_folder_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ALLEARS_VOICES", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert user_folder("voices") == tmp_path / "allears" / "voices"
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path / "mine"))
    assert user_folder("voices") == tmp_path / "mine"
    assert user_folder("keywords") == tmp_path / "allears" / "keywords"


@pytest.mark.parametrize("name", ["Béla ☂", "../../etc/passwd", ".hidden", "x" * 300, "a/b", " spaced "])
def test_any_name_is_one_file_in_its_folder(name: str, tmp_path: Path) -> None:
    path = tmp_path / file_name(name, ".json")
    path.write_text("")
    assert path.parent == tmp_path
    assert list(tmp_path.glob("*.json")) == [path]
    assert file_name(name.upper(), ".json") == file_name(f" {name}", ".json")


def test_long_names_that_differ_late_differ() -> None:
    assert file_name("x" * 300 + "a", "") != file_name("x" * 300 + "b", "")


def test_a_private_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.bin"
    for content in (b"one", b"two"):
        with private_file(path) as file:
            file.write(content)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_private_file_that_failed_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError, match="full"), private_file(path) as file:
        file.write(b"half")
        raise RuntimeError("disk full")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
