"""An export can be read again, and what is no export writes nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from allears.personal import (
    CorrectionStore,
    UserWord,
    WordStore,
    erase,
    export_data,
    import_data,
    own_files,
)


def _fill() -> None:
    WordStore().add(UserWord("Szabó Ágnes", ("sabo agnesh",), weight=2.0))
    CorrectionStore().add(np.linspace(-1, 1, 1600, dtype=np.float32), "hello", "hallo")


def test_export_erase_import_brings_everything_back(tmp_path: Path) -> None:
    _fill()
    before = {file.path: file.path.read_bytes() for file in own_files()}
    assert len(export_data(tmp_path / "mine.zip")) == 3
    assert (tmp_path / "mine.zip").stat().st_mode & 0o077 == 0
    erase(own_files())
    assert len(import_data(tmp_path / "mine.zip")) == 3
    assert {file.path: file.path.read_bytes() for file in own_files()} == before
    assert all(file.path.stat().st_mode & 0o077 == 0 for file in own_files())
    assert import_data(tmp_path / "mine.zip") == (), "the same files are not written again"


def test_files_that_are_others_here_are_kept_unless_replaced(tmp_path: Path) -> None:
    _fill()
    export_data(tmp_path / "mine.zip")
    WordStore().add(UserWord("Szabó Ágnes", weight=3.0))
    with pytest.raises(ValueError, match=r"1 files of .* are others: words/.*nothing was imported"):
        import_data(tmp_path / "mine.zip")
    assert WordStore().load()[0].weight == 3.0
    import_data(tmp_path / "mine.zip", replace=True)
    assert WordStore().load()[0].weight == 2.0


def test_nothing_to_export_and_a_wrong_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to export"):
        export_data(tmp_path / "mine.zip")
    with pytest.raises(ValueError, match=r"ending in .zip"):
        export_data(tmp_path / "mine.tar")
    assert not list(tmp_path.glob("mine*"))


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "voices/../../evil.json",
        "/etc/evil.json",
        "voices/a.sh",
        "other/a.json",
        "voices/.a.json",
    ],
)
def test_a_zip_writes_nowhere_else(tmp_path: Path, home: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr(name, b"x")
        archive.writestr("allears.json", json.dumps({"version": 1, "sha256": {name: "0"}}))
    with pytest.raises(ValueError, match="no file that allears keeps"):
        import_data(tmp_path / "evil.zip")
    assert not home.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


def test_a_damaged_export_imports_nothing(tmp_path: Path) -> None:
    _fill()
    export_data(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data + b"x" if name.endswith(".flac") else data)
    erase(own_files())
    with pytest.raises(ValueError, match="is damaged"):
        import_data(tmp_path / "bad.zip")
    assert own_files() == ()


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_is_no_export(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(ValueError, match="is no export of allears"):
        import_data(tmp_path / "a.zip")
    with pytest.raises(FileNotFoundError):
        import_data(tmp_path / "missing.zip")
