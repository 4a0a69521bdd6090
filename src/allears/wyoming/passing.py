"""Skills that are understood here and done elsewhere: the client gets the intent, and does it.

In: a skill, or files of commands. Out: a skill of the same sentences whose requests are handed on. Home Assistant runs
its own home better than through its own REST interface.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from allears.assistant.skill import Handler, Reply, Request, Skill

__all__ = ["HandOn", "commands_skill", "handed_on"]

HandOn = Callable[[Request], None]
_NAME = "commands"  # of the user's own


def handed_on(skill: Skill, hand_on: HandOn) -> Skill:
    """The skill with its requests handed on; it asks nobody and makes nothing heard."""
    return replace(
        skill, handlers=_handlers(skill.handlers, hand_on), hosts=(), due=tuple, stop=lambda: False,
        duck=lambda is_on: None,
    )  # fmt: skip


def commands_skill(
    files: Sequence[str | Path], hand_on: HandOn, *, lists: Mapping[str, Sequence[str]] | None = None
) -> Skill:
    """The user's own commands (docs/commands.md) as a skill.

    Args:
        files: YAML or JSON, or folders of them.
        hand_on: gets what was commanded.
        lists: values of lists of them.

    Raises:
        ValueError: a file that cannot be used.
    """
    from allears.commands.reading import read_files

    data = read_files(files)
    intents = data.get("intents")
    if not isinstance(intents, Mapping) or not intents:
        raise ValueError(f"no `intents:` in {', '.join(map(str, files))}: see docs/commands.md for what a file holds")
    text = json.dumps({key: data[key] for key in ("intents", "lists", "expansion_rules") if key in data})
    return Skill(_NAME, text, _handlers(intents, hand_on), lists=lambda: dict(lists or {}))


def _handlers(intents: Mapping[str, object], hand_on: HandOn) -> dict[str, Handler]:
    def hand(request: Request) -> Reply:
        hand_on(request)
        return Reply("")

    return dict.fromkeys(intents, hand)
