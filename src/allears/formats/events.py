"""Events of a stream as plain values that JSON can hold.

Every event has `event` (`speech_start`, `partial`, `keyword`, `speech_end`, `final`) and `at`, the seconds of the
stream that had been heard when it was sure. A final result stands under `result` in the layout of `json_.py`. Times are
seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allears.decode.answers import Word
from allears.formats.json_ import as_json, hit_as_json
from allears.runtime.stream_events import Event, Final, KeywordHeard, Partial, SpeechEnd, SpeechStart

__all__ = ["event_as_json"]


def event_as_json(event: Event) -> dict[str, Any]:
    """The event, ready for `json.dumps`."""
    at = round(event.at_s, 3)
    match event:
        case SpeechStart():
            return {"event": "speech_start", "at": at, "start": round(event.start_s, 3)}
        case Partial():
            words = {"stable": _words(event.stable), "tentative": _words(event.tentative)}
            return {"event": "partial", "at": at, "start": round(event.start_s, 3), "text": event.text, **words}
        case KeywordHeard():
            return {"event": "keyword", "at": at, **hit_as_json(event.hit)}
        case SpeechEnd():
            return {"event": "speech_end", "at": at, "end": round(event.end_s, 3)}
        case Final():
            times = {"start": event.start_s, "end": event.end_s, "offset": event.offset_s}
            return {
                "event": "final", "at": at, **{name: round(value, 3) for name, value in times.items()},
                "result": as_json(event.result),
            }  # fmt: skip


def _words(words: Sequence[Word]) -> list[dict[str, Any]]:
    return [{"word": word.text, "start": round(word.start_s, 3), "end": round(word.end_s, 3)} for word in words]
