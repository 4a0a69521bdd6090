"""`--audio-out`: where the cleaned sound goes, and what is told before any work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.cli._audio_out import audio_writer_for, with_clean, write_audio
from allears.cli.app import main
from allears.decode.answers import Audio
from allears.spec import ModelSpec, Resolution, TaskSpec
from tests.unit.cli.fakes import SPEC, heard

SOUND = Audio(np.linspace(-1.5, 1.5, 1_600, dtype=np.float32), 16_000)
CLEANER = ModelSpec(
    "tiny", "1", 16_000, 0.02, 0.0, 30.0, 2, 4,
    (TaskSpec("clean", Resolution.FRAME, {"kind": "spectral_mask", "needs_audio": True}, file="clean.onnx"),),
)  # fmt: skip


def result(name: str = "a.wav"):
    return heard(name, answers={"clean": SOUND})


@pytest.mark.parametrize("name, form", [("b.wav", "WAV"), ("b.FLAC", "FLAC")])
def test_a_file_is_16_bit_at_the_models_rate_and_too_loud_is_cut(tmp_path: Path, name: str, form: str) -> None:
    audio_writer_for(tmp_path / "deep" / name, ["a.wav"])("a.wav", result())
    info = soundfile.info(tmp_path / "deep" / name)
    assert (info.samplerate, info.channels, info.subtype, info.format) == (16_000, 1, "PCM_16", form)
    samples, _ = soundfile.read(tmp_path / "deep" / name)
    np.testing.assert_allclose(samples, np.clip(SOUND.samples, -1, 1), atol=2 / 32768)
    assert len(list((tmp_path / "deep").iterdir())) == 1, "no temporary file is left"


def test_a_folder_gets_a_file_for_each_input_and_names_do_not_clash(tmp_path: Path) -> None:
    files = ["x/a.wav", "x/a.mp3", "b.wav", "-"]
    write = audio_writer_for(tmp_path / "out.d", files)
    for file in files:
        write(file, result(file))
    assert {path.name for path in (tmp_path / "out.d").iterdir()} == {"a.wav.wav", "a.mp3.wav", "b.wav", "stdin.wav"}


def test_one_file_cannot_take_two_inputs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"2 inputs cannot share the file .*give --audio-out a folder"):
        audio_writer_for(tmp_path / "b.wav", ["a.wav", "c.wav"])


def test_other_endings_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot write \.mp3 .*use \.wav or \.flac"):
        audio_writer_for(tmp_path / "b.mp3", ["a.wav"])
    (tmp_path / "notes").touch()
    with pytest.raises(ValueError, match="is a file and no sound"):
        audio_writer_for(tmp_path / "notes", ["a.wav"])


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    with pytest.raises(ValueError, match="would overwrite the input"):
        audio_writer_for(tmp_path, [str(tmp_path / "a.wav")])
    with pytest.raises(ValueError, match="would overwrite the input"):
        audio_writer_for(tmp_path / "a.wav", [str(tmp_path / "a.wav")])


def test_a_folder_that_cannot_be_made_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="cannot write into the output folder"):
        audio_writer_for(tmp_path / "file" / "out.wav", ["a.wav"])


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="choose another place with --audio-out"):
        write_audio(tmp_path / "b.wav", Audio(SOUND.samples, -1))
    assert not list(tmp_path.iterdir())


def test_clean_is_asked_for_beside_what_was_named() -> None:
    assert set(with_clean(None, CLEANER)) == set(CLEANER.default_tasks) | {"clean"}
    assert with_clean(["transcribe"], CLEANER) == ["transcribe", "clean"]
    with pytest.raises(ValueError, match="tiny 1 has no task 'clean'"):
        with_clean(None, SPEC)


def test_the_command_says_that_the_model_cannot_clean_before_it_loads(
    session, audio_folder, model_folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = audio_folder("a.wav")
    assert main(["hear", str(folder), "--audio-out", str(tmp_path / "out"), "--model", str(model_folder)]) != 0
    assert "has no task 'clean'" in capsys.readouterr().err
    assert session.asked == [] and not (tmp_path / "out").exists()


def test_the_command_writes_the_sound(session, audio_folder, model_folder, tmp_path: Path, monkeypatch) -> None:
    from allears.cli import _session

    monkeypatch.setattr(_session, "open_folder", lambda args: type("Folder", (), {"spec": CLEANER}))
    monkeypatch.setattr(session, "hear", lambda source, **options: result(source))
    assert main(["hear", str(audio_folder("a.wav", "b.wav")), "--audio-out", str(tmp_path / "out"), "--json"]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.wav", "b.wav"}
