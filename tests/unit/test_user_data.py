"""Names become file names, and a file of the user's is whole, private, or not there."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from allears.user_data import file_name, one_at_a_time, private_file, user_folder, user_home


def test_folder_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ALLEARS_VOICES", raising=False)
    monkeypatch.delenv("ALLEARS_HOME", raising=False)
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


def test_one_variable_moves_everything_and_the_old_ones_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ALLEARS_HOME", "ALLEARS_VOICES", "ALLEARS_WORDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert user_home() == tmp_path / "data" / "allears"
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    assert (user_home(), user_folder("words")) == (tmp_path / "home", tmp_path / "home" / "words")
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path / "voices"))
    assert user_folder("voices") == tmp_path / "voices"


def test_one_at_a_time_waits_and_leaves_no_file(tmp_path: Path) -> None:
    code = "import sys, time\nfrom pathlib import Path\nfrom allears.user_data import one_at_a_time\n"
    code += "with one_at_a_time(Path(sys.argv[1])): print('in', flush=True); time.sleep(0.5)"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "a")], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"in\n"
        with one_at_a_time(tmp_path / "a"):
            assert other.wait(timeout=5) == 0, "it had to end before"
    assert list((tmp_path / "a").iterdir()) == []
