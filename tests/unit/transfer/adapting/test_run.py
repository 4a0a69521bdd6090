"""A tiny model is adapted from beginning to end; what it cost is told, and too much is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import soundfile

from allears import Session
from allears.cli.app import main
from allears.runtime.adapters import read_adapter
from allears.transfer.adapting.old import OldTasks
from allears.transfer.adapting.recipe import fill_up, make_recipe
from allears.transfer.adapting.run import Old, adapt

RATE = 16_000


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Clips of two languages, one of them new to the model; each is a tone."""
    rng, lines = np.random.default_rng(0), []
    for number in range(8):
        tag, hz = (("de", 300), ("cs", 900))[number % 2]
        tone = 0.3 * np.sin(2 * np.pi * hz * np.arange(RATE // 2) / RATE) + 0.01 * rng.standard_normal(RATE // 2)
        soundfile.write(tmp_path / f"{number}.wav", tone.astype(np.float32), RATE)
        split = "train" if number < 4 else "dev"
        clip = {"id": str(number), "audio": f"{number}.wav", "duration_s": 0.5, "split": split, "language": tag}
        lines.append(json.dumps({**clip, "text": "ano" if tag == "cs" else "ja", "speaker": tag}))
    path = tmp_path / "manifest.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def _settings(manifest: Path, tokenizer: Path, **adapt_: Any) -> dict[str, Any]:
    settings = make_recipe(manifest, ["transcribe"], "lora", num_steps=3)
    settings["tasks"]["transcribe"] = {"tokenizer": str(tokenizer)}
    settings["adapt"] |= {"rank": 2, **adapt_}
    return settings


def test_lora_on_an_exported_model(
    int8_folder: Path, tiny_whisper: Path, manifest: Path, tmp_path: Path, clips: list[np.ndarray]
) -> None:
    settings, out = _settings(manifest, tiny_whisper / "tokenizer.json"), tmp_path / "cs"
    old = Old(manifest, "dev", ("language", "speaker"), budgets={"language": 100.0, "eer": 100.0})
    done = adapt(int8_folder, settings, out, old=old, tell=lambda _: None)
    assert done.is_finished and not done.is_refused and done.num_steps == 3
    assert {(row.kind, row.task) for row in done.rows} >= {("new", "transcribe"), ("old", "language")}
    adapter = read_adapter(out / "adapter.npz")
    assert (adapter.name, set(adapter.weights)) == ("cs", {"encoder.onnx", "decoder.onnx", "cross.onnx"})
    assert json.loads((out / "report.json").read_text())["num_bytes"] == done.num_bytes > 0
    assert (out / "run" / "recipe.yaml").is_file()
    Session(int8_folder, num_threads=1, adapters=[out / "adapter.npz"]).hear(clips[0])


def test_a_decoder_learns_on_kept_frames(int8_folder: Path, tiny_whisper: Path, manifest: Path, tmp_path: Path) -> None:
    """The encoder is run as it was exported, and the old tasks hear what they heard."""
    settings = _settings(manifest, tiny_whisper / "tokenizer.json", parts=["decoder"])
    kept = tmp_path / "frames"
    settings["encoder"] = {"kind": "exported", "cache": str(kept), "only_last": True}
    old = Old(manifest, "dev", ("language",), budgets={"language": 0.0})
    done = adapt(int8_folder, settings, tmp_path / "cs", old=old)
    assert not done.is_refused and done.adapter is not None
    assert set(read_adapter(Path(done.adapter)).weights) == {"decoder.onnx", "cross.onnx"}
    assert next(row.points for row in done.rows if row.task == "language" and row.metric == "accuracy") == 0.0
    layers = [np.load(path) for path in kept.rglob("*.npy")]
    assert len(layers) == 9, "every clip once, and the noise that shows which parameters tasks share"
    assert all(layer.shape[0] == 1 for layer in layers), "the last layer alone"


def test_kept_frames_need_an_exported_model(tmp_path: Path, manifest: Path, int8_folder: Path) -> None:
    first = make_recipe(manifest, ["language"], "frozen", num_steps=1)
    done = adapt(int8_folder, first, tmp_path / "one", is_growing=True)
    again = make_recipe(manifest, ["language"], "frozen", num_steps=1) | {"encoder": {"kind": "exported"}}
    with pytest.raises(ValueError, match="is no exported model: leave `encoder` out"):
        fill_up(again, done.run, tmp_path)


@pytest.mark.slow
def test_too_much_lost_is_refused_unless_forced(
    int8_folder: Path, tiny_whisper: Path, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(manifest, tiny_whisper / "tokenizer.json", parts=["decoder"])
    monkeypatch.setattr(OldTasks, "before", lambda self: {"language": {"accuracy": 1.0}})
    monkeypatch.setattr(OldTasks, "after", lambda self, model: {"language": {"accuracy": 0.5}})
    old = Old(manifest, "dev", ("language",))
    done = adapt(int8_folder, settings, tmp_path / "a", old=old)
    assert done.is_refused and done.adapter is None and not (tmp_path / "a" / "adapter.npz").exists()
    done = adapt(int8_folder, settings, tmp_path / "b", old=old, is_forced=True)
    assert not done.is_refused and set(read_adapter(tmp_path / "b" / "adapter.npz").weights) == {
        "decoder.onnx", "cross.onnx",
    }  # fmt: skip


def test_a_closed_set_grows_by_what_the_clips_have(int8_folder: Path, manifest: Path, tmp_path: Path) -> None:
    settings = make_recipe(manifest, ["language"], "frozen", num_steps=2)
    filled = fill_up(settings, int8_folder, tmp_path, is_growing=True)
    assert filled["tasks"]["language"]["classes"] == ["de", "en", "cs"]
    assert filled["init"]["parts"] == ["encoder", "heads.language", "sharing.mix.language"]
    done = adapt(int8_folder, settings, tmp_path / "l", is_growing=True)
    assert done.adapter is not None
    session = Session(int8_folder, num_threads=1, adapters=[done.adapter])
    assert session.spec.task("language").classes == ("de", "en", "cs")


@pytest.mark.slow
def test_a_run_is_adapted_again_layer_by_layer(int8_folder: Path, manifest: Path, tmp_path: Path) -> None:
    settings = make_recipe(manifest, ["language"], "frozen", num_steps=1)
    first = adapt(int8_folder, settings, tmp_path / "one", is_growing=True)
    again = make_recipe(manifest, ["language"], "gradual", num_steps=3)
    again["adapt"]["every_steps"] = 1
    again["optim"]["layer_decay"] = 0.5
    done = adapt(first.run, again, tmp_path / "two", old=Old(manifest, budgets={"language": 100.0}))
    assert done.is_finished and done.adapter is None and {row.kind for row in done.rows} == {"new", "old"}


def test_the_verb(int8_folder: Path, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["adapt", str(int8_folder), "--data", str(manifest), "--task", "language", "--method", "frozen"]
    out = tmp_path / "out"
    code = main([*words, "--steps", "1", "--out", str(out), "--old", str(manifest), "--old-split", "dev",
                 "--old-task", "language", "--budget", "language=100"])  # fmt: skip
    assert code == 0
    said = capsys.readouterr().out
    assert "old language accuracy" in said and "may lose 100" in said and "adapter.npz" in said
    assert main([*words, "--out", str(out)]) == 2  # holds a run already
    assert main(["adapt", str(int8_folder), "--out", str(out)]) == 2
    assert main([*words, "--budget", "wer=1", "--out", str(tmp_path / "x")]) == 2
    assert "give clips with --old" in capsys.readouterr().err


def test_a_manifest_without_splits(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text(json.dumps({"id": "a", "audio": "a.wav", "duration_s": 1.0}) + "\n")
    with pytest.raises(ValueError, match="needs clips of the split train"):
        make_recipe(path, ["language"], "lora", num_steps=1)
    with pytest.raises(ValueError, match="no manifest at"):
        make_recipe(tmp_path / "none.jsonl", ["language"], "lora", num_steps=1)
