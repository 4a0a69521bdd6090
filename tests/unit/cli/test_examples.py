"""Labelled clips: tables, manifests, folders of folders."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from allears.cli._examples import read_examples, with_label


def table(folder: Path, text: str) -> Path:
    path = folder / "clips.csv"
    path.write_text(text)
    return path


def test_a_table_of_files_and_labels(tmp_path: Path) -> None:
    clips, fields = read_examples(table(tmp_path, "file,label,speaker\nx.wav,a,ann\ny.wav,b,bob\n"))
    assert fields == ("label",)
    assert [clip.audio for clip in clips] == [tmp_path / "x.wav", tmp_path / "y.wav"]
    assert clips[0].labels == {"label": "a", "speaker": "ann"}


def test_the_only_label_there_is_needs_no_name(tmp_path: Path) -> None:
    assert read_examples(table(tmp_path, "audio,mood,speaker\nx.wav,a,ann\n"))[1] == ("mood",)


@pytest.mark.parametrize(
    ("header", "fields", "message"),
    [
        ("file,mood,place", None, "labels mood, place: say which are meant with --label"),
        ("file,mood,place", ["mood", "time"], "no label time: it has mood, place"),
        ("file,speaker,id", None, "labels speaker: say which"),
    ],
)
def test_which_label_is_meant_is_not_guessed(
    tmp_path: Path, header: str, fields: list[str] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read_examples(table(tmp_path, f"{header}\nx.wav,a,b\n"), fields)


def test_a_folder_of_folders(tmp_path: Path) -> None:
    for name in ("door/1.wav", "door/2.WAV", "bell/deep/3.flac", "bell/notes.txt", ".hidden/4.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    clips, fields = read_examples(tmp_path)
    assert fields == ("label",)
    assert [(clip.id, clip.labels["label"]) for clip in clips] == [
        (str(Path("bell/deep/3.flac")), "bell"),
        (str(Path("door/1.wav")), "door"),
        (str(Path("door/2.WAV")), "door"),
    ]


def test_a_folder_without_audio_says_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="one folder of recordings a label"):
        read_examples(tmp_path)


def test_a_split_and_what_has_no_label(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = table(tmp_path, "file,label,split\nx.wav,a,train\ny.wav,,train\nz.wav,b,test\n")
    clips, _ = read_examples(path, split="train")
    with caplog.at_level(logging.WARNING):
        assert [clip.id for clip in with_label(clips, "label")] == ["x.wav"]
    assert "1 of 2 clips have no 'label'" in caplog.text
    with pytest.raises(ValueError, match="no clip of split dev"):
        read_examples(path, split="dev")
