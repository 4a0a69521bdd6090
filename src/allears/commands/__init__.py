"""Commands of your own: sentence templates in a YAML file, understood in speech and in text. Needs no training.

In: a file of intents in Home Assistant's layout (docs/commands.md), and audio or text. Out: `Command`.
Needs the extra `allears[commands]`; nothing here imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allears.lazy import lazy

if TYPE_CHECKING:
    from allears.commands.answer import Command, SlotValue
    from allears.commands.grammar import Grammar

__all__ = ["Command", "Grammar", "SlotValue"]

__getattr__ = lazy(
    __name__,
    {
        "Command": "answer",
        "Grammar": "grammar",
        "SlotValue": "answer",
    },
)
