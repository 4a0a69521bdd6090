"""The assistant: hears a wish, lets a skill fulfil it, speaks the reply.

In: text, or the events of a stream. Out: replies, spoken by a `Voice`. A skill is one file (docs/write-a-skill.md);
what it keeps is in one SQLite file of the user's. Nothing leaves the machine unless a skill names the host.
Needs the extra `allears[commands]`; nothing here imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allears.lazy import lazy

if TYPE_CHECKING:
    from allears.assistant.assistant import Assistant
    from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
    from allears.assistant.skills import SKILLS
    from allears.assistant.voice import Voice

__all__ = ["SKILLS", "Ask", "Assistant", "Reply", "Request", "Skill", "Tools", "Voice"]

__getattr__ = lazy(
    __name__,
    {
        "SKILLS": "skills",
        "Ask": "skill",
        "Assistant": "assistant",
        "Reply": "skill",
        "Request": "skill",
        "Skill": "skill",
        "Tools": "skill",
        "Voice": "voice",
    },
)
