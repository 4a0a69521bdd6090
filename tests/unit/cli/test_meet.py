"""`allears meet`, with a meeting that is already over."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from allears.cli.app import main
from allears.meeting import Minutes
from allears.meeting.formats import MINUTES_FORMATS
from tests.unit.meeting.made import minutes


class FakeMeeting:
    """Hears the same in every file; one whose name starts with `bad` cannot be read."""

    def __init__(self, session: Any, **how: Any) -> None:
        del session, how

    def hear(self, source: Any, *, work: Path | None = None, is_resumed: bool = False, **how: Any) -> Minutes:
        if Path(source).name.startswith("bad"):
            raise ValueError(f"{source} cannot be read")
        if work is not None:
            work.mkdir(exist_ok=is_resumed)
        how["on_progress"](1.0, 2.0)
        return replace(minutes(), source=str(source))


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("allears.meeting.Meeting", FakeMeeting)
    monkeypatch.setattr("allears.cli._session.open_session", lambda args: None)
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path / "voices"))


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[str]]:
    def make(*names: str) -> list[str]:
        for name in names:
            (tmp_path / name).touch()
        return [str(tmp_path / name) for name in names]

    return make


def test_markdown_goes_to_stdout(files: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meet", *files("a.wav")]) == 0
    assert capsys.readouterr().out.startswith("# a\n\n00:00:12, 2 speakers")


def test_files_of_all_formats_and_no_work_left(files: Callable[..., list[str]], tmp_path: Path) -> None:
    assert main(["meet", *files("a.wav"), "-f", "all", "-o", str(tmp_path / "out")]) == 0
    suffixes = [MINUTES_FORMATS[name]().suffix for name in MINUTES_FORMATS]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"a{suffix}" for suffix in suffixes)


def test_what_holds_voices_is_for_the_user_alone(files: Callable[..., list[str]], tmp_path: Path) -> None:
    assert main(["meet", *files("a.wav"), "-f", "md,json", "-o", str(tmp_path / "out")]) == 0
    assert stat.S_IMODE((tmp_path / "out" / "a.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out" / "a.md").stat().st_mode) != 0o600


def test_a_bad_file_does_not_stop_the_others(
    files: Callable[..., list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["meet", *files("bad.wav", "good.wav"), "-o", str(tmp_path / "out"), "-f", "rttm"]) == 1
    assert (tmp_path / "out" / "good.rttm").exists()
    assert "bad.wav cannot be read" in capsys.readouterr().err


def test_json_is_a_line_a_recording(files: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meet", *files("a.wav", "b.wav"), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(row["source"]).name for row in rows] == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ([], "hear one thing"),
        (["a.wav", "--mic"], "hear one thing"),
        (["a.wav", "--device", "1"], "--device is for --mic"),
        (["a.wav", "--resume"], "add -o DIR"),
        (["a.wav", "-f", "md,srt"], "cannot share stdout"),
        (["a.wav", "-f", "docx"], "unknown format of minutes"),
        (["a.wav", "--json", "-f", "md"], "--json writes lines"),
        (["rename", "a.json", "S1"], "rename takes a file"),
    ],
)
def test_wrong_usage_ends_at_once(options: list[str], match: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meet", *options]) == 2
    assert match in capsys.readouterr().err


@pytest.fixture
def written(tmp_path: Path) -> Path:
    for name in ("json", "md"):
        format_ = MINUTES_FORMATS[name]()
        (tmp_path / f"monday{format_.suffix}").write_text(format_.write(minutes()))
    return tmp_path / "monday.json"


def test_rename_changes_all_files_and_remembers_the_voice(
    written: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["meet", "rename", str(written), "Speaker 2", "Bob", "--model", str(model_folder)]) == 0
    assert "**Bob**" in written.with_suffix(".md").read_text()
    assert json.loads(written.read_text())["speakers"][1]["name"] == "Bob"
    voice = json.loads((tmp_path / "voices" / "bob.json").read_text())
    assert voice["vector"] == pytest.approx(minutes().speakers[1].voice.vector.tolist(), abs=1e-5)
    assert "the voice is remembered" in capsys.readouterr().out


def test_minutes_of_another_model_are_renamed_but_not_remembered(
    written: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written.write_text(written.read_text().replace('"tiny 1"', '"huge 9"'))
    assert main(["meet", "rename", str(written), "S2", "Bob", "--model", str(model_folder), "--json"]) == 0
    assert not (tmp_path / "voices").exists()
    out, err = capsys.readouterr()
    assert json.loads(out)["remembered"] is False
    assert "huge 9 made the minutes" in err


def test_renaming_nobody_changes_nothing(written: Path, model_folder: Path) -> None:
    before = written.read_text()
    assert main(["meet", "rename", str(written), "Speaker 7", "Bob", "--model", str(model_folder)]) == 2
    assert written.read_text() == before
