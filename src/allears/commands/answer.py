"""What was commanded: an intent, the values in it, and how sure that is. A frozen value; times are seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Command", "SlotValue"]


@dataclass(frozen=True)
class SlotValue:
    """A value in a command.

    Attributes:
        value: what it stands for: the `out` of the list, a number of a range, a text, or a fixed slot of the intent.
        text: the words that said it; empty for a fixed slot.
        start_s, end_s: when they were said; None if nobody knows.
    """

    value: Any
    text: str = ""
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class Command:
    """What was understood.

    Attributes:
        intent: its name; None if nothing in the grammar comes near.
        slots: name -> value.
        confidence: 0 to 1: how well the words fit the audio, times how much better than any other meaning.
        text: the sentence of the grammar, lower case, numbers as words.
        is_accepted: whether the confidence reaches the threshold. If not, `intent` is the best guess: do not act on it.
        alternatives: other meanings, likeliest first, without alternatives of their own.
    """

    intent: str | None
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    confidence: float = 0.0
    text: str = ""
    is_accepted: bool = False
    alternatives: tuple[Command, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """Slot -> value alone."""
        return {name: slot.value for name, slot in self.slots.items()}
