"""Where an adapted model comes from is read from its recipe."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="needs the extra `train`")

from allears.transfer.history import History, follow_each_other, history_of, named_clips
from allears.transfer.stages import Stage, read_stage
from tests.unit.transfer.small import write_adaptation


def test_origin_clips_and_tasks(tmp_path: Path) -> None:
    stage = read_stage(write_adaptation(tmp_path / "cs", "models/base", tmp_path / "fillets" / "manifest.jsonl", []))
    found = history_of(stage)
    assert found.origin == Path("models/base").resolve() and found.tasks == ("transcribe",)
    assert found.has_learned(tmp_path / "fillets" / "manifest.jsonl", "transcribe")
    assert not found.has_learned(tmp_path / "fillets" / "manifest.jsonl", "language")
    assert not found.has_learned(tmp_path / "other" / "manifest.jsonl", "transcribe")


def test_one_after_the_other_or_side_by_side(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    first = read_stage(write_adaptation(tmp_path / "cs", "base", manifest, []))
    second = read_stage(write_adaptation(tmp_path / "nl", str(tmp_path / "cs" / "run"), manifest, []))
    other = read_stage(write_adaptation(tmp_path / "it", "base", manifest, []))
    assert follow_each_other([first, second]) and follow_each_other([first])
    assert not follow_each_other([first, other])


def test_a_checkpoint_stands_for_its_run(tmp_path: Path) -> None:
    first = write_adaptation(tmp_path / "cs", "base", tmp_path / "manifest.jsonl", [])
    checkpoint = first / "run" / "checkpoints" / "best.pt"
    checkpoint.touch()
    later = read_stage(write_adaptation(tmp_path / "nl", str(first / "run"), tmp_path / "manifest.jsonl", []))
    assert follow_each_other([read_stage(checkpoint), later])


def test_no_recipe_no_history(tmp_path: Path) -> None:
    assert history_of(Stage("a", tmp_path)) == History()
    assert history_of(Stage("a", tmp_path, tmp_path / "a.npz")) == History()


@pytest.mark.parametrize(
    ("manifest", "name"), [("a/fillets/manifest.jsonl", "fillets dev"), ("a/few.jsonl", "few dev")]
)
def test_clips_are_named_by_their_corpus(manifest: str, name: str) -> None:
    assert named_clips(Path(manifest), "dev") == name


@pytest.mark.parametrize("text", ["init: {from: base", "\tinit: base", b"\xff\xfe\xfa"])
def test_a_recipe_that_is_no_yaml_is_told(tmp_path: Path, text: str | bytes) -> None:
    (tmp_path / "recipe.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(
        ValueError, match=r"recipe.yaml is not YAML .*, so nobody knows what the model was adapted from"
    ):
        history_of(Stage("a", tmp_path))


def test_a_recipe_of_something_else_is_no_history(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("- init\n")
    assert history_of(Stage("a", tmp_path)) == History()
