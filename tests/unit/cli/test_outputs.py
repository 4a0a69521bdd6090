"""Where results go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from allears.cli._outputs import output_stems, prepare_folder, write_atomic


@pytest.mark.parametrize(
    ("files", "stems"),
    [
        (["x/talk.wav"], ["talk"]),
        (["a.wav", "b.wav"], ["a", "b"]),
        (["a.wav", "a.mp3", "b.wav"], ["a.wav", "a.mp3", "b"]),
        (["x/a.wav", "y/a.wav"], ["x-a.wav", "y-a.wav"]),
        (["p/x/a.wav", "q/x/a.wav"], ["p-x-a.wav", "q-x-a.wav"]),
        (["A.wav", "a.WAV"], None),
        (["-"], ["stdin"]),
        (["archive.tar.wav"], ["archive.tar"]),
        ([".wav"], [".wav"]),
        (["x/a.wav", "x-a.wav", "a.wav"], None),
    ],
)
def test_names(files: list[str], stems: list[str] | None) -> None:
    found = output_stems(files)
    assert list(found) == files
    assert len({stem.casefold() for stem in found.values()}) == len(files), "no output may take another's name"
    assert not any(os.sep in stem for stem in found.values())
    if stems is not None:
        assert list(found.values()) == stems


def test_writing_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "ä b.srt"
    write_atomic(path, "first, and long\n")
    write_atomic(path, "second\n")
    assert path.read_bytes() == b"second\n"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_write_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.srt"
    write_atomic(path, "old\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, "new\n")
    assert path.read_text() == "old\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.srt"]


def test_files_get_ordinary_permissions(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        write_atomic(tmp_path / "a.txt", "")
    finally:
        os.umask(umask)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_a_file_in_the_way_of_the_folder_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(ValueError, match=r"cannot write into the output folder .* choose another with -o"):
        prepare_folder(tmp_path / "out")
