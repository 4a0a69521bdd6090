"""`diarized_json`: who said what. Words get the speaker whose turns they lie in; runs of one speaker are segments.

Speakers whose voice was sent (`known_speaker_references[]`) have the name that was sent with it, the others are `A`,
`B`, ... in the order in which they first speak, as in OpenAI's interface.
"""

from __future__ import annotations

import string
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from allears.decode.answers import Word
from allears.runtime.result import Result
from allears.server.diarizer import Turn
from allears.server.forms import Upload
from allears.server.replies import usage
from allears.server.serving import Serving
from allears.server.sse import event
from allears.server.who import Known, find_speakers, named

__all__ = ["DIARIZED", "diarize_reply", "diarized_events"]

DIARIZED = "diarized_json"
_LETTERS = [a + b for a in ("", *string.ascii_uppercase) for b in string.ascii_uppercase]  # A to Z, AA, AB, ...
_SEGMENT = "transcript.text.segment"


async def diarize_reply(
    serving: Serving, client: str, upload: Upload, known: Known, listen: Callable[[], Awaitable[Result]]
) -> dict[str, Any]:
    """The whole answer.

    Raises:
        ApiError: 501, nobody here can tell speakers apart; as `hear`.
    """
    found = named(await find_speakers(serving, client, upload, known), _LETTERS)
    result = await listen()
    return {
        "task": "transcribe", "duration": result.duration_s, "text": result.text,
        "segments": _segments(result.words, found.turns), "usage": usage(result),
    }  # fmt: skip


async def diarized_events(reply: Mapping[str, Any]) -> AsyncIterator[str]:
    """The same as server-sent events: a segment each, then the text."""
    for segment in reply["segments"]:
        yield event(segment)
    yield event({"type": "transcript.text.done", "text": reply["text"], "usage": reply["usage"]})


def _segments(words: Sequence[Word], turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Runs of words of one speaker."""
    found: list[dict[str, Any]] = []
    for word in words:
        speaker = _speaker(word, turns)
        if found and found[-1]["speaker"] == speaker:
            found[-1]["text"] += f" {word.text}"
            found[-1]["end"] = round(word.end_s, 3)
            continue
        times = {"start": round(word.start_s, 3), "end": round(word.end_s, 3)}
        found.append({"type": _SEGMENT, "id": f"seg_{len(found)}", **times, "speaker": speaker, "text": word.text})
    return found


def _speaker(word: Word, turns: Sequence[Turn]) -> str:
    """Whose turn a word lies in most; the nearest one where nobody's."""
    if not turns:
        return "A"
    return min(turns, key=lambda t: (-_overlap_s(word, t), max(t.start_s - word.end_s, word.start_s - t.end_s))).speaker


def _overlap_s(word: Word, turn: Turn) -> float:
    return max(0.0, min(word.end_s, turn.end_s) - max(word.start_s, turn.start_s))
