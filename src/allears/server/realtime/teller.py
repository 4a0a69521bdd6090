"""Says what a stream hears in the events of OpenAI's realtime interface: one item a turn, deltas that never change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from allears.formats.json_ import as_json
from allears.runtime.result import Result
from allears.runtime.stream_events import Event, Final, Partial, SpeechEnd, SpeechStart
from allears.server.replies import usage

__all__ = ["Teller", "new_id"]

_TRANSCRIPTION = "conversation.item.input_audio_transcription"
_BUFFER = "input_audio_buffer"

Sent = dict[str, Any]


def new_id(kind: str) -> str:
    """A name for an event, an item or a session."""
    return f"{kind}_{uuid.uuid4().hex[:20]}"


class Teller:
    """The items of one connection.

    Args:
        has_result: whether the last event of an item carries everything that was heard, as `result`.
    """

    def __init__(self, *, has_result: bool = False) -> None:
        self._has_result = has_result
        self._item, self._told = "", ""
        self._previous: str | None = None
        self._since_ms = 0  # of the connection, at which the stream began

    def restart(self, at_s: float) -> None:
        """A new stream begins, so many seconds into the connection."""
        self._since_ms = round(at_s * 1000)

    def tell(self, event: Event) -> Iterator[Sent]:
        """What to send for an event of the stream."""
        if isinstance(event, SpeechStart):
            self._begin()
            yield self._said(f"{_BUFFER}.speech_started", audio_start_ms=self._ms(event.start_s))
        elif isinstance(event, Partial):
            if delta := self._new(" ".join(word.text for word in event.stable)):
                yield self._said(f"{_TRANSCRIPTION}.delta", content_index=0, delta=delta)
        elif isinstance(event, SpeechEnd):
            yield self._said(f"{_BUFFER}.speech_stopped", audio_end_ms=self._ms(event.end_s))
            yield self.committed()
        elif isinstance(event, Final):
            yield from self.completed(event.result)

    def begin(self) -> Sent:
        """The client says that its buffer is an item."""
        self._begin()
        return self.committed()

    def committed(self) -> Sent:
        """The audio of an item is complete."""
        sent = self._said(f"{_BUFFER}.committed", previous_item_id=self._previous)
        self._previous = self._item
        return sent

    def completed(self, result: Result) -> Iterator[Sent]:
        """The text of an item is there."""
        if delta := self._new(result.text):
            yield self._said(f"{_TRANSCRIPTION}.delta", content_index=0, delta=delta)
        more = {"result": as_json(result)} if self._has_result else {}
        yield self._said(
            f"{_TRANSCRIPTION}.completed", content_index=0, transcript=result.text, usage=usage(result), **more
        )

    def failed(self, error: Sent) -> Sent:
        """The item cannot be heard."""
        return self._said(f"{_TRANSCRIPTION}.failed", content_index=0, error=error)

    def _begin(self) -> None:
        self._item, self._told = new_id("item"), ""

    def _new(self, text: str) -> str:
        """What a text has more than what was told; nothing if it changed, which the last event tells."""
        if not text.startswith(self._told):
            return ""
        delta, self._told = text[len(self._told) :], text
        return delta

    def _said(self, kind: str, **fields: Any) -> Sent:
        return {"type": kind, "event_id": new_id("event"), "item_id": self._item, **fields}

    def _ms(self, seconds: float) -> int:
        return self._since_ms + round(seconds * 1000)
