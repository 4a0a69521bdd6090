"""Commands of your own: sentence templates in a YAML file, understood in speech and in text. Needs no training.

In: a file of intents in Home Assistant's layout (docs/commands.md), and audio or text. Out: `Command`.
Needs the extra `allears[commands]`; nothing here imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allears.commands.answer import Command, SlotValue
    from allears.commands.grammar import Grammar

__all__ = ["Command", "Grammar", "SlotValue"]

_HOMES = {
    "Command": "allears.commands.answer",
    "Grammar": "allears.commands.grammar",
    "SlotValue": "allears.commands.answer",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'allears.commands' has no attribute {name!r}: it offers {', '.join(__all__)}")
