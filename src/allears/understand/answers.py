"""What a sentence means: frozen values, with plain ones for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Meaning", "SlotValue"]


@dataclass(frozen=True)
class SlotValue:
    """A value in a sentence.

    Attributes:
        name: of the slot.
        value: as it stands in the text.
        start, end: characters of the text.
        probability: geometric mean of its words' tags.
    """

    name: str
    value: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True)
class Meaning:
    """What a sentence wants.

    Attributes:
        text: as it was given.
        label_set: whose labels `intent` and `slots` are of; None where the text has no words.
        domain: what it is about, of all sets' domains; None likewise.
        domain_probability: of it.
        intent: the likeliest one, also where the sentence is out of scope; None likewise.
        confidence: probability of the intent within its set.
        slots: in order of the text; a name may come more than once.
        scope_margin: score of the sentence above the threshold of its set, in nats; below 0 it is out of scope.
        is_in_scope: whether it is not: do not act on an intent where it is false.
    """

    text: str
    label_set: str | None
    domain: str | None
    domain_probability: float
    intent: str | None
    confidence: float
    slots: tuple[SlotValue, ...]
    scope_margin: float
    is_in_scope: bool

    @property
    def values(self) -> dict[str, str]:
        """Slot -> value; the last one of a name."""
        return {slot.name: slot.value for slot in self.slots}

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; labels that are not there have no key."""
        plain = {key: value for key, value in asdict(self).items() if value is not None}
        return plain | {"slots": [asdict(slot) for slot in self.slots]}
