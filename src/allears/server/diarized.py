"""`diarized_json`: who said what, from one pass over the file. A segment is what one speaker says in one go.

Speakers whose voice was sent (`known_speaker_references[]`) have the name that was sent with it, enrolled voices
theirs, the others are `A`, `B`, ... in the order in which they first speak, as in OpenAI's interface.
"""

from __future__ import annotations

import string
from collections.abc import AsyncIterator, Mapping
from typing import Any

from allears.meeting.minutes import Minutes
from allears.server.forms import Upload
from allears.server.hearing import Asked
from allears.server.replies import seconds_used
from allears.server.serving import Serving
from allears.server.sse import event
from allears.server.who import Known, find_speakers

__all__ = ["DIARIZED", "diarize_reply", "diarized_events"]

DIARIZED = "diarized_json"
_LETTERS = [a + b for a in ("", *string.ascii_uppercase) for b in string.ascii_uppercase]  # A to Z, AA, AB, ...
_SEGMENT = "transcript.text.segment"


async def diarize_reply(serving: Serving, client: str, upload: Upload, known: Known, asked: Asked) -> dict[str, Any]:
    """The whole answer.

    Raises:
        ApiError: 501, nobody here can tell speakers apart; as `hear`.
    """
    found = await find_speakers(serving, client, upload, known, _LETTERS, asked=asked)
    serving.metrics.audio_s.inc(found.duration_s)
    segments = _segments(found)
    return {
        "task": "transcribe", "duration": found.duration_s, "text": " ".join(each["text"] for each in segments),
        "segments": segments, "usage": seconds_used(found.duration_s),
    }  # fmt: skip


async def diarized_events(reply: Mapping[str, Any]) -> AsyncIterator[str]:
    """The same as server-sent events: a segment each, then the text."""
    for segment in reply["segments"]:
        yield event(segment)
    yield event({"type": "transcript.text.done", "text": reply["text"], "usage": reply["usage"]})


def _segments(minutes: Minutes) -> list[dict[str, Any]]:
    """The turns in which something was said."""
    said = (turn for turn in minutes.turns if turn.text)
    return [
        {
            "type": _SEGMENT, "id": f"seg_{number}", "start": round(turn.start_s, 3), "end": round(turn.end_s, 3),
            "speaker": minutes.names[turn.speaker], "text": turn.text,
        }
        for number, turn in enumerate(said)
    ]  # fmt: skip
