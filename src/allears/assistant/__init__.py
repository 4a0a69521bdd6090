"""The assistant: hears a wish, lets a skill fulfil it, speaks the reply.

In: text, or the events of a stream. Out: replies, spoken by a `Voice`. A skill is one file (docs/write-a-skill.md);
what it keeps is in one SQLite file of the user's. Nothing leaves the machine unless a skill names the host.
Needs the extra `allears[commands]`; nothing here imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allears.assistant.assistant import Assistant
    from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
    from allears.assistant.skills import SKILLS
    from allears.assistant.voice import Voice

__all__ = ["SKILLS", "Ask", "Assistant", "Reply", "Request", "Skill", "Tools", "Voice"]

_HOMES = {
    "SKILLS": "allears.assistant.skills",
    "Ask": "allears.assistant.skill",
    "Assistant": "allears.assistant.assistant",
    "Reply": "allears.assistant.skill",
    "Request": "allears.assistant.skill",
    "Skill": "allears.assistant.skill",
    "Tools": "allears.assistant.skill",
    "Voice": "allears.assistant.voice",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'allears.assistant' has no attribute {name!r}: it offers {', '.join(__all__)}")
