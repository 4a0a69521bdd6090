"""Which clips a source stands for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from allears.config.clips import hash_sources, read_source, resolve_fields
from allears.config.data_schema import SourceSection
from allears.config.load import parse_recipe
from allears.config.schema import TaskSection
from allears.data.manifest import Clip


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rows: list[dict[str, Any]] = [
        {"id": "a", "audio": "a.wav", "duration_s": 1.0, "split": "train", "language": "de", "speaker": "1"},
        {"id": "b", "audio": "b.wav", "duration_s": 5.0, "split": "train", "language": "en", "source": "Corpus"},
        {"id": "c", "audio": "c.wav", "duration_s": 9.0, "split": "dev", "speaker": "1", "text": "hi"},
        {"id": "d", "audio": "d.wav", "split": "train", "speaker": "2"},
    ]
    path = tmp_path / "corpus" / "manifest.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _read(manifest: Path, **options: Any) -> str:
    return "".join(clip.id for clip in read_source(SourceSection(manifest=str(manifest), **options)))


def test_filters(manifest: Path) -> None:
    assert _read(manifest) == "abcd"
    assert _read(manifest, split="train") == "abd"
    assert _read(manifest, where={"language": ["de", "en"]}) == "ab"
    assert _read(manifest, where={"speaker": "*"}) == "acd"
    assert _read(manifest, min_s=2) == "bcd"  # the length of d is not known
    assert _read(manifest, limit=2) == "ac"


def test_nothing_left_is_an_error(manifest: Path) -> None:
    with pytest.raises(ValueError, match="none of its 4 clips has split 'test'"):
        _read(manifest, split="test")
    with pytest.raises(ValueError, match="widen min_s and max_s"):
        _read(manifest, split="dev", max_s=1)
    with pytest.raises(ValueError, match="no manifest at"):
        _read(manifest.with_name("none.jsonl"))


def test_labels_are_kept_added_and_made_the_corpus_own(manifest: Path) -> None:
    source = SourceSection(
        manifest=str(manifest), labels=("speaker", "language"), add={"language": "xx"}, namespace=("speaker",)
    )
    labels = {clip.id: dict(clip.labels) for clip in read_source(source)}
    assert labels["a"] == {"language": "de", "speaker": "corpus/1"}
    assert labels["c"] == {"language": "xx", "speaker": "corpus/1"}
    assert labels["b"] == {"language": "en"}


def test_from_field_becomes_the_values_of_the_training_clips(manifest: Path) -> None:
    recipe = parse_recipe(
        {
            "name": "a",
            "data": {"train": [{"manifest": str(manifest), "split": "train"}]},
            "encoder": {"kind": "cnn-bilstm"},
            "tasks": {
                "speaker": {"names": {"from_field": "speaker"}},
                "language": {"classes": {"from_field": "tongue"}},
            },
            "optim": {"num_steps": 1},
        }
    )
    clips = read_source(recipe.data.train[0])
    with pytest.raises(ValueError, match=r"tasks\.language\.classes: no training clip has the field 'tongue'.*speaker"):
        resolve_fields(recipe, clips)
    only = recipe.model_copy(update={"tasks": {"speaker": recipe.tasks["speaker"]}})
    assert resolve_fields(only, clips).tasks["speaker"].options == {"names": ["1", "2"]}


def test_from_field_may_take_the_values_apart(tmp_path: Path) -> None:
    clips = [
        Clip("a", tmp_path / "a.wav", labels={"text": "ab", "slots": {"city": "b"}}),
        Clip("b", tmp_path / "b.wav", labels={"text": "ba c", "slots": [{"slot": "day", "value": "c"}]}),
    ]
    options = {"slots": {"from_field": "slots", "each": "slot"}, "units": {"from_field": "text", "each": "character"}}
    recipe = parse_recipe(
        {
            "name": "a",
            "data": {"train": [{"manifest": "a"}]},
            "encoder": {"kind": "cnn-bilstm"},
            "tasks": {"slots": options},
            "optim": {"num_steps": 1},
        }
    )
    taken = resolve_fields(recipe, clips).tasks["slots"].options
    assert taken == {"slots": ["city", "day"], "units": [" ", "a", "b", "c"]}
    options["units"]["each"] = "word"
    with pytest.raises(ValueError, match=r"tasks\.slots\.units: each is 'word'; give character or slot"):
        resolve_fields(recipe.model_copy(update={"tasks": {"slots": TaskSection(**options)}}), clips)


def test_the_hash_follows_the_rows(manifest: Path) -> None:
    sources = [SourceSection(manifest=str(manifest))]
    before = hash_sources(sources)
    manifest.write_text(manifest.read_text() + "\n")
    assert hash_sources(sources) != before
