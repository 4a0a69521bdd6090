"""Events become JSON, with times and names that do not change."""

from __future__ import annotations

import json

import numpy as np

from allears.decode.answers import Embedding, Segment, Transcript, Word
from allears.formats.events import event_as_json
from allears.keywords import KeywordHit
from allears.runtime.result import Result
from allears.runtime.stream_events import Final, KeywordHeard, Partial, SpeechEnd, SpeechStart

WORD = Word("turn", 1.0, 1.3, 0.9)


def test_speech() -> None:
    assert event_as_json(SpeechStart(1.2, 0.9)) == {"event": "speech_start", "at": 1.2, "start": 0.9}
    assert event_as_json(SpeechEnd(3.2, 2.5)) == {"event": "speech_end", "at": 3.2, "end": 2.5}


def test_words_so_far() -> None:
    assert event_as_json(Partial(1.5, 0.9, (WORD,), (Word("on", 1.3, 1.45, 0.2),))) == {
        "event": "partial",
        "at": 1.5,
        "start": 0.9,
        "text": "turn on",
        "stable": [{"word": "turn", "start": 1.0, "end": 1.3}],
        "tentative": [{"word": "on", "start": 1.3, "end": 1.45}],
    }


def test_a_final_result_is_as_hear_writes_it() -> None:
    answers = {
        "transcribe": Transcript((Segment(1.0, 1.3, "turn", (WORD,)),), "en"),
        "speaker": Embedding(np.array([0.6, 0.8], np.float32)),
    }
    data = json.loads(json.dumps(event_as_json(Final(3.2, 0.9, 2.5, 0.6, Result("stream", 2.1, answers)))))
    assert {key: data[key] for key in ("event", "at", "start", "end", "offset")} == {
        "event": "final", "at": 3.2, "start": 0.9, "end": 2.5, "offset": 0.6,
    }  # fmt: skip
    assert data["result"]["text"] == "turn"
    assert data["result"]["segments"][0]["words"][0]["start"] == 1.0
    assert data["result"]["speaker"]["embedding"] == [0.6, 0.8]


def test_a_keyword() -> None:
    event = event_as_json(KeywordHeard(2.4, KeywordHit("computer", 1.2, 1.8, 0.9, 0.01, "examples")))
    assert {key: event[key] for key in ("event", "at", "keyword", "start", "end")} == {
        "event": "keyword", "at": 2.4, "keyword": "computer", "start": 1.2, "end": 1.8,
    }  # fmt: skip
