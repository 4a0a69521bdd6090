"""`allears hear`, from its arguments to its exit code, with a session that needs no model."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from allears.cli.app import main
from allears.formats import FORMATS
from allears.runtime.onnx_file import ModelError

Capture = pytest.CaptureFixture[str]


def test_table_has_every_answer(session, audio_folder, capsys: Capture) -> None:
    assert main(["hear", str(audio_folder("a.wav") / "a.wav")]) == 0
    out = capsys.readouterr().out
    for part in ("a.wav", "Hello there.", "0.10-0.50 Hello", "0.08-0.94", "en 93%", "de 6%", "Ann", "0.025", "tiny 1"):
        assert part in out
    assert "\x1b" not in out, "a file or pipe must get plain text"


def test_one_bad_file_does_not_stop_the_rest(session, audio_folder, capsys: Capture) -> None:
    folder = audio_folder("a.wav", "bad.wav", "c.wav")
    assert main(["hear", str(folder), "-f", "txt"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "Hello there.\n" * 2
    assert "bad.wav cannot be read: it is no audio" in captured.err
    assert "1 of 3 could not be heard" in captured.err


def test_pattern_without_match_is_reported_and_the_rest_heard(session, audio_folder, capsys: Capture) -> None:
    folder = audio_folder("a.wav")
    assert main(["hear", f"{folder}/*.mp3", f"{folder}/*.wav", "-f", "txt"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "Hello there.\n"
    assert "*.mp3: no file matches this pattern" in captured.err


def test_nothing_to_hear_does_not_load_the_model(audio_folder, capsys: Capture) -> None:
    assert main(["hear", str(audio_folder("notes.doc"))]) == 1
    assert "no audio file in this folder" in capsys.readouterr().err


def test_all_formats_go_into_the_folder_and_leave_nothing_else(
    session, audio_folder, tmp_path, capsys: Capture
) -> None:
    out = tmp_path / "out" / "deep"
    assert main(["hear", str(audio_folder("a.wav", "a.mp3", "b.wav")), "-f", "all", "-o", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert names == {f"{stem}{FORMATS[name]().suffix}" for stem in ("a.wav", "a.mp3", "b") for name in FORMATS}
    assert {Path(line).name for line in capsys.readouterr().out.splitlines()} == names


@pytest.mark.parametrize(("given", "expected"), [([], None), (["--keywords"], True), (["--keywords", "kw"], "kw")])
def test_keywords_are_those_of_the_user_or_of_a_folder(
    given: list[str], expected: bool | str | None, monkeypatch: pytest.MonkeyPatch, audio_folder
) -> None:
    asked: dict[str, object] = {}

    class Session:
        def __init__(self, model: object, **options: object) -> None:
            asked.update(options)
            raise ValueError("enough")

    monkeypatch.setattr("allears.runtime.session.Session", Session)
    assert main(["hear", str(audio_folder("a.wav")), *given]) == 2
    assert asked.get("keywords") == expected


def test_json_lines_are_one_object_a_file(session, audio_folder, capsys: Capture) -> None:
    assert main(["hear", str(audio_folder("a.wav", "b.wav")), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(row["source"]).name for row in rows] == ["a.wav", "b.wav"]
    assert rows[0]["segments"][0]["words"][0]["word"] == "Hello"


def test_options_reach_the_session(session, audio_folder) -> None:
    main(["hear", str(audio_folder("a.wav")), "--language", "de"])
    assert session.asked[0]["language"] == "de"


def test_standard_input_is_heard(session, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"RIFF")))
    assert main(["hear", "-", "-f", "txt"]) == 0
    assert session.asked[0]["source"].getvalue() == b"RIFF"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-f", "srtt"], "unknown format 'srtt'. Did you mean 'srt'?"),
        (["-f", "srt,vtt"], "2 formats cannot share stdout"),
        (["-f", "all"], "add -o DIR"),
        (["-f", "srt"], "2 files as srt cannot share stdout"),
        (["--json", "-f", "json"], "--json writes lines to stdout"),
        (["-o", "/proc/nowhere/out"], "cannot write into the output folder '/proc/nowhere/out'"),
    ],
)
def test_wrong_options_end_with_2_before_any_work(session, audio_folder, capsys: Capture, options, message) -> None:
    assert main(["hear", str(audio_folder("a.wav", "b.wav")), *options]) == 2
    assert message in capsys.readouterr().err
    assert not session.asked


@pytest.mark.parametrize(
    "options", [["--language", "xx"], ["--languages", "en,klingon"], ["--threads", "0"], ["-f", ","]]
)
def test_values_that_cannot_be_meant_are_wrong_usage(session, audio_folder, capsys: Capture, options) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["hear", str(audio_folder("a.wav")), *options])
    assert exit_.value.code == 2
    assert not session.asked


def test_damaged_model_ends_with_3(session, audio_folder, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def damaged() -> None:
        raise ModelError("encoder.onnx is damaged: install allears again")

    monkeypatch.setattr(session, "load", damaged)
    assert main(["hear", str(audio_folder("a.wav"))]) == 3
    assert "encoder.onnx is damaged" in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_no_traceback(session, audio_folder, monkeypatch, capsys: Capture) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "hear", interrupted)
    assert main(["hear", str(audio_folder("a.wav"))]) == 130
    assert "stopped" in capsys.readouterr().err


def test_help_names_every_format(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["hear", "--help"])
    out = capsys.readouterr().out
    assert all(name in out for name in FORMATS)
