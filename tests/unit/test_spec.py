"""What a model says of itself."""

from __future__ import annotations

import json

import pytest

from allears.spec import SPEC_VERSION, ModelSpec, Resolution, TaskSpec

SPEC = ModelSpec(
    "größe", "1", 16_000, 0.02, 1.0, 28.0, 7, 512,
    (
        TaskSpec("speech", Resolution.FRAME, {"kind": "segments", "threshold": 0.5}, ("speech",), "speech.onnx"),
        TaskSpec("transcribe", Resolution.TEXT, {"kind": "transcript", "cross": "cross.onnx"}, file="decoder.onnx"),
    ),
    notes="made of noise",
)  # fmt: skip


def test_round_trip() -> None:
    again = ModelSpec.from_json(SPEC.to_json())
    assert again == SPEC
    assert again.tasks[0].resolution is Resolution.FRAME
    assert "größe" in SPEC.to_json()


def test_tasks_by_name() -> None:
    assert SPEC.task("transcribe").file == "decoder.onnx"
    with pytest.raises(ValueError, match="no task 'emotion': it has speech, transcribe"):
        SPEC.task("emotion")


def test_a_newer_spec_asks_for_an_upgrade() -> None:
    data = json.loads(SPEC.to_json()) | {"spec_version": SPEC_VERSION + 1, "something": "new"}
    with pytest.raises(ValueError, match="upgrade allears"):
        ModelSpec.from_json(json.dumps(data))


def _spoiled(**changes: object) -> str:
    return json.dumps(json.loads(SPEC.to_json()) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[1]",
        '"text"',
        "null",
        "{}",
        '{"spec_version": 1}',
        _spoiled(spec_version="one"),
        _spoiled(colour="red"),
        _spoiled(tasks=[{"name": "speech"}]),
        _spoiled(tasks=[{"name": "a", "resolution": "year", "decode": {}, "classes": [], "file": ""}]),
    ],
)
def test_garbage_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an allears model spec: .*export the model again"):
        ModelSpec.from_json(text)
