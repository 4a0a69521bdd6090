"""`--twin` of the benchmarks: folders become rows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from common.run import command_line
from common.twins import NAME, arguments_with_twins, twin_of_task, twins

import allears

TASKS = {"traits": ("emotion", "gender"), "heads": ("speech",), "own": ("emotion",)}


@pytest.fixture(autouse=True)
def _no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders, and sessions that know no more than which tasks the folder is to have."""
    for name in TASKS:
        (tmp_path / name).mkdir()

    def session(folder: Path, num_threads: int) -> SimpleNamespace:
        tasks = [SimpleNamespace(name=task) for task in TASKS[folder.name]]
        return SimpleNamespace(folder=folder.name, spec=SimpleNamespace(tasks=tasks))

    monkeypatch.setattr(allears, "Session", session, raising=False)
    monkeypatch.chdir(tmp_path)


def _args(*given: str) -> object:
    words = [word for folder in given for word in ("--twin", folder)]
    return arguments_with_twins("A test.").parse_args(["--data", "d", *words])


def test_folders_of_one_name_are_one_row() -> None:
    found = twins(_args("traits", "heads", "own layers=own"))
    assert {name: [one.folder for one in sessions] for name, sessions in found.items()} == {
        NAME: ["traits", "heads"], "own layers": ["own"],
    }  # fmt: skip


def test_a_table_of_one_task_takes_the_folder_that_has_it() -> None:
    assert {name: one.folder for name, one in twin_of_task(_args("traits", "heads"), "speech").items()} == {
        NAME: "heads"
    }
    with pytest.raises(ValueError, match="0 of the 1 folders of --twin 'single-task twins' have the task speaker"):
        twin_of_task(_args("traits"), "speaker")
    with pytest.raises(ValueError, match="2 of the 2 folders"):
        twin_of_task(_args("traits", "own"), "emotion")


def test_no_twins_where_ours_are_left_out() -> None:
    args = arguments_with_twins("A test.").parse_args(["--data", "d", "--twin", "traits", "--peers-only"])
    assert twins(args) == {}


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="there is no folder nowhere: give a model folder, or NAME=DIR"):
        twins(_args("own layers=nowhere"))


def test_the_written_command_does_not_say_where_the_folder_is() -> None:
    words = ["benchmarks/traits.py", "--twin", "own layers=/home/ann/twins/model", "--seed=3"]
    assert command_line(words).endswith("--twin 'own layers=model' --seed=3")
