"""What a conversation tells as it goes, beside the events of the stream. Frozen values, and as plain ones for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["ChatEvent", "Interrupted", "Reminder", "Replied", "Understood", "chat_event_as_json"]


@dataclass(frozen=True)
class Understood:
    """An utterance that was meant for the assistant.

    Attributes:
        text: what was said.
        who: the enrolled voice that said it.
        mood: the emotion it sounded of, if that was surely heard.
        intent, values, confidence: what the grammar makes of it.
        is_accepted: whether it is acted on.
    """

    text: str
    who: str | None = None
    mood: str | None = None
    intent: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 0.0
    is_accepted: bool = False


@dataclass(frozen=True)
class Replied:
    """A reply; without text for silence.

    Attributes:
        text, note: to be heard, to be shown.
        skill, intent: that answered.
        took_ms: stage -> milliseconds: `silence` until the utterance was over, `hear` (all that was computed for it,
            most of it meanwhile), `after` (what was left of that then), `skill`, `voice`, and `first audio`, from the
            end of speech on.
    """

    text: str
    note: str = ""
    skill: str | None = None
    intent: str | None = None
    took_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Interrupted:
    """Somebody spoke into the reply, which is quiet now."""

    at_s: float


@dataclass(frozen=True)
class Reminder:
    """Something said unasked: a timer is over."""

    text: str


ChatEvent = Understood | Replied | Interrupted | Reminder
_NAMES = {Understood: "understood", Replied: "reply", Interrupted: "interrupted", Reminder: "reminder"}


def chat_event_as_json(event: ChatEvent) -> dict[str, Any]:
    """Plain values; what is not known has no key."""
    plain = {key: value for key, value in asdict(event).items() if value is not None}
    return {"event": _NAMES[type(event)], **plain}
