"""What the assistant can do: one file a skill, found by looking into this folder and at `allears.skills`."""

from __future__ import annotations

from allears.assistant.skill import Skill
from allears.plugins import Registry

__all__ = ["SKILLS"]

SKILLS: Registry[Skill] = Registry("skill", __name__, entry_points="allears.skills")
