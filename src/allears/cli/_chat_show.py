"""How a conversation is shown: what was said, what is replied, what it took; or every event as JSON."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Self

from allears.assistant.chat_events import ChatEvent, Interrupted, Reminder, Replied, Understood, chat_event_as_json
from allears.cli._live import Live
from allears.formats.events import event_as_json
from allears.runtime.stream_events import Event, Final, KeywordHeard, Partial

__all__ = ["Show", "took_line"]


class Show:
    """See the module.

    Args:
        is_json: JSON to stdout in place of lines.
        is_quiet: neither words so far nor what it took.
    """

    def __init__(self, *, is_json: bool, is_quiet: bool) -> None:
        self._is_json, self._is_quiet = is_json, is_quiet
        self._live = Live(is_quiet=is_json or is_quiet)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.clear()

    def tell(self, event: Event | ChatEvent) -> None:
        """Show an event."""
        if self._is_json:
            is_ours = isinstance(event, Understood | Replied | Interrupted | Reminder)
            plain = chat_event_as_json(event) if is_ours else event_as_json(event)  # type: ignore[arg-type]
            print(json.dumps(plain, ensure_ascii=False), flush=True)
            return
        match event:
            case Partial():
                self._live.show([word.text for word in event.stable], [word.text for word in event.tentative])
            case Final():
                self._live.clear()
            case KeywordHeard():
                self._line(f"[{event.hit.keyword}]")
            case Understood():
                self._line(f"{event.who or 'you'}: {event.text}")
            case Reminder():
                self._line(f"allears: {event.text}")
            case Replied():
                self._replied(event)
            case _:
                pass  # the start and end of speech, and that a reply was cut short, are heard

    def _replied(self, event: Replied) -> None:
        if event.text:
            self._line(f"allears: {event.text}")
        if event.note:
            self._line(f"  ({event.note})")
        if event.took_ms and not self._is_quiet:
            print(took_line(event), file=sys.stderr, flush=True)

    def _line(self, text: str) -> None:
        self._live.clear()
        print(text, flush=True)


def took_line(event: Replied) -> str:
    """`took: silence 540 ms, hear 310 ms, skill 1 ms`."""
    return "took: " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in event.took_ms.items())
