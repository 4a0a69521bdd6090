"""JSON: Whisper's names and meanings, ours beside them, and tasks that nobody foresaw."""

from __future__ import annotations

import json

from allears.formats import FORMATS
from allears.formats.json_ import as_json
from allears.keywords import KeywordHit
from allears.runtime.result import Result


def _written(result) -> dict:
    text = FORMATS["json"]().write(result)
    return json.loads(text, parse_constant=lambda name: _not_json(name))


def _not_json(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def test_whispers_layout(make_result, make_segment) -> None:
    data = _written(make_result(make_segment("Hello there.", 1.5)))
    assert data["text"] == "Hello there."
    assert data["language"] == "en"
    (segment,) = data["segments"]
    assert segment.keys() == {
        "id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio",
        "no_speech_prob", "words",
    }  # fmt: skip
    assert (segment["id"], segment["seek"], segment["start"]) == (0, 150, 1.5)
    assert segment["words"][0] == {"word": "Hello", "start": 1.5, "end": 1.9, "probability": 0.9}


def test_what_was_not_asked_for_has_no_key(make_result) -> None:
    data = _written(make_result(answers={}))
    assert data.keys() == {"source", "duration", "real_time_factor", "compute", "model"}


def test_the_other_tasks_have_their_places(full) -> None:
    data = _written(full)
    assert data["language"] == "en", "the language of the text, not the detected one"
    assert list(data["languages"]) == ["de", "en"]
    assert data["speech"] == [{"start": 0.1, "end": 0.9}]
    assert data["speaker"]["embedding"] == [0.6, 0.8]
    near = {"name": "Ann", "similarity": 0.7, "is_match": True, "is_borderline": False, "id": ""}
    assert data["speaker"]["nearest"] == near
    assert data["real_time_factor"] == 0.05


def test_a_task_nobody_foresaw_is_there_by_its_name(full) -> None:
    answers = _written(full)["answers"]
    assert answers["mood"] == {"label": "glad", "probability": 0.9, "probabilities": {"glad": 0.9}}
    assert answers["music"] == [{"start": 1.0, "end": 2.0}]
    assert answers["odd"]["level_db"] == -3.5
    assert answers["odd"]["bad"] is None, "NaN is not JSON"
    assert isinstance(answers["odd"]["path"], str)


def test_keywords_are_hits_with_times_and_rates() -> None:
    hit = KeywordHit("computer", 1.23456, 1.8, 0.912345, 0.0123456, "examples")
    assert as_json(Result("a.wav", 2.0, {}, keywords=(hit,)))["keywords"] == [
        {"keyword": "computer", "start": 1.235, "end": 1.8, "score": 0.9123, "false_accepts_per_hour": 0.0123,
         "by": "examples"},
    ]  # fmt: skip
    assert "keywords" not in as_json(Result("a.wav", 2.0, {}))
    assert as_json(Result("a.wav", 2.0, {}, keywords=()))["keywords"] == []
