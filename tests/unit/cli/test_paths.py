"""Which files a user means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from allears.cli._paths import find_inputs


def _names(files: tuple[str, ...], folder: Path) -> list[str]:
    return [os.path.relpath(file, folder) for file in files]


def test_folder_gives_its_audio_files_by_name(audio_folder) -> None:
    folder = audio_folder("b.WAV", "a.m4a", "notes.txt", "deep/c.wav")
    assert _names(find_inputs([str(folder)]).files, folder) == ["a.m4a", "b.WAV"]


def test_recursive_looks_into_subfolders(audio_folder) -> None:
    folder = audio_folder("b.wav", "deep/er/c.wav")
    assert _names(find_inputs([str(folder)], is_recursive=True).files, folder) == ["b.wav", "deep/er/c.wav"]


def test_named_file_is_taken_whatever_its_suffix_or_even_if_missing() -> None:
    assert find_inputs(["speech.bin"]).files == ("speech.bin",)


def test_quoted_patterns_work_and_two_stars_go_deep(audio_folder) -> None:
    folder = audio_folder("a.wav", "deep/b.wav")
    assert _names(find_inputs([f"{folder}/*.wav"]).files, folder) == ["a.wav"]
    assert _names(find_inputs([f"{folder}/**/*.wav"]).files, folder) == ["a.wav", "deep/b.wav"]


def test_a_name_with_brackets_that_exists_is_no_pattern(audio_folder) -> None:
    folder = audio_folder("take [1].wav", "take 1.wav")
    assert _names(find_inputs([f"{folder}/take [1].wav"]).files, folder) == ["take [1].wav"]


def test_the_same_file_is_heard_once(audio_folder) -> None:
    folder = audio_folder("ä b.wav")
    (folder / "link.wav").symlink_to(folder / "ä b.wav")
    found = find_inputs([f"{folder}/ä b.wav", str(folder), f"{folder}/*.wav", f"{folder}/link.wav"])
    assert _names(found.files, folder) == ["ä b.wav"]


@pytest.mark.parametrize(("given", "why"), [("*.nothing", "no file matches"), ("", "no audio file in this folder")])
def test_what_gives_nothing_is_a_problem(audio_folder, given: str, why: str) -> None:
    name = f"{audio_folder('notes.txt')}/{given}"
    found = find_inputs([name])
    assert not found.files
    assert why in found.problems[name]
