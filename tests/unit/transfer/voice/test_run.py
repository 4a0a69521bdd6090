"""`allears adapt voice`, whole: speech of espeak-ng becomes a voice of a tiny model; the old ones stay."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.cli.app import main  # noqa: E402
from allears.speaking.voice import Voice  # noqa: E402
from allears.transfer.voice.tables import DIALECTS, VOICES, read_tables  # noqa: E402
from tests.unit.transfer.voice.conftest import TinyModel  # noqa: E402

pytestmark = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="the clips are spoken by espeak-ng: install it")

TEXTS = ("Hello world.", "The cat, the dog.", "One two three.", "It is five.", "Stop the dog.", "Hello, I walk.")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    rows = []
    for number, text in enumerate(TEXTS):
        sound = folder / f"{number}.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-p", "60", "-w", str(sound), text], check=True)
        rows.append({"id": str(number), "audio": sound.name, "text": text, "speaker": "eve", "gender": "female"})
    path = folder / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _adapt(tiny: TinyModel, manifest: Path, out: Path, *more: str) -> int:
    given = ["adapt", "voice", str(manifest), "--from", str(tiny.run), "--folder", str(tiny.folder), "--out", str(out)]
    return main([*given, "--steps", "6", "--json", *more])


def test_a_new_dialect_from_a_few_sentences(
    tiny_speaker: TinyModel, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _adapt(tiny_speaker, manifest, tmp_path / "eve", "--dialect", "en-AU", "--like-dialect", "en-GB") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["dialect"], told["num_clips"], told["num_held_out"]) == ("eve", "en-AU", 5, 1)
    assert set(told["before"]) == {"mcd_db", "f0_cents", "voicing_error", "duration_ms"}
    assert told["after"]["mcd_db"] > 0 and told["after"] != told["before"] and told["old_after"] is None
    folder = tmp_path / "eve" / "voice"
    _check_tables(tiny_speaker, folder)
    voice = Voice(folder, voice="eve")
    assert voice.spec.dialects[-1] == "en-AU" and len(voice.say("Hello world.").audio) > 1_000
    assert json.loads((tmp_path / "eve" / "report.json").read_text())["after"] == told["after"]


def _check_tables(tiny: TinyModel, folder: Path) -> None:
    """Rows of the newcomer have learned, all others are those of the old folder, and so is what spells."""
    before, after = (read_tables(one / "acoustic.onnx") for one in (tiny.folder, folder))
    for name, row in ((VOICES, 5), (DIALECTS, 4)):
        assert np.abs(after[name][row] - before[name][row]).max() > 1e-3
        np.testing.assert_array_equal(np.delete(after[name], row, axis=0), np.delete(before[name], row, axis=0))
    spells = read_tables(folder / "pronounce.onnx")[DIALECTS]
    np.testing.assert_array_equal(spells[4], before[DIALECTS][2])
    assert (folder / "lexicon-en-AU.txt.xz").read_bytes() == (tiny.folder / "lexicon-en-GB.txt.xz").read_bytes()


@pytest.mark.slow
def test_the_old_voices_are_helpers_and_stay(
    tiny_speaker: TinyModel, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was found of the first voice serves as old clips, under the name of one that the model has."""
    assert _adapt(tiny_speaker, manifest, tmp_path / "one", "--dialect", "en-US") == 0
    rows = [json.loads(line) for line in (tmp_path / "one" / "material" / "speech.jsonl").read_text().splitlines()]
    old = tmp_path / "one" / "material" / "old.jsonl"
    old.write_text("".join(json.dumps(row | {"speaker": "ann", "split": "train"}) + "\n" for row in rows))
    capsys.readouterr()
    assert _adapt(tiny_speaker, manifest, tmp_path / "two", "--dialect", "en-US", "--replay", str(old)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["old_before"] == told["old_after"] and told["aligner_ms"] <= 100


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--dialect", "fr-FR"], "'fr-FR' is new to the model"),
        (["--dialect", "en-US", "--name", "ann"], "give the new one another name than 'ann'"),
        (["--dialect", "en-US", "--rest-rate", "0.1"], "give clips of them to rehearse"),
        (["--dialect", "en-US", "--speaker", "bob"], "no clips with a text of speaker 'bob'"),
        (["--dialect", "en-US", "--method", "lora"], "--method: not for a new voice"),
        (["--dialect", "en-US", "--minutes", "0"], "--minutes is 0: give more than 0"),
    ],
)
def test_what_does_not_fit_is_said_before_any_work(
    tiny_speaker: TinyModel,
    manifest: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    message: str,
) -> None:
    assert _adapt(tiny_speaker, manifest, tmp_path / "out", *more) != 0
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out" / "voice").exists()


def test_results_that_are_there_are_not_mixed_with_new_ones(
    tiny_speaker: TinyModel, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(tiny_speaker.run, tmp_path / "out" / "run")
    assert _adapt(tiny_speaker, manifest, tmp_path / "out", "--dialect", "en-US") != 0
    assert "choose another --out" in capsys.readouterr().err
    assert not (tmp_path / "out" / "start.pt").exists() and not (tmp_path / "out" / "material").exists()


def test_a_folder_of_another_run_is_refused(
    tiny_speaker: TinyModel, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other" / "checkpoints"
    other.mkdir(parents=True)
    state = torch.load(tiny_speaker.run / "checkpoints" / "step-000001.pt", weights_only=True)
    state["model"][VOICES] = state["model"][VOICES] + 1
    torch.save(state, other / "step-000001.pt")
    strange = tiny_speaker._replace(run=other.parent)
    assert _adapt(strange, manifest, tmp_path / "out", "--dialect", "en-US") != 0
    assert "was not packed from this run" in capsys.readouterr().err
