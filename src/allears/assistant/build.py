"""The skills of an assistant, built with one set of tools.

In: names, tools. Out: skills, and the hosts they may ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from allears.assistant.settings import Settings, settings_path
from allears.assistant.skill import Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.store import Store

__all__ = ["build_skills", "declared_hosts", "hosts_of"]


def build_skills(tools: Tools, names: Iterable[str] | None = None) -> tuple[Skill, ...]:
    """Skills by name; all there are if None.

    Raises:
        ValueError: a name that no skill has, or settings that a skill cannot use.
    """
    built: list[Skill] = []
    tools = replace(tools, others=lambda: built)
    built += [SKILLS[name](tools) for name in dict.fromkeys(SKILLS if names is None else names)]
    tools.settings.warn_of_unused(skill.name for skill in built)
    return tuple(built)


def hosts_of(skills: Sequence[Skill]) -> Mapping[str, tuple[str, ...]]:
    """Skill -> hosts it may ask; skills that ask nobody have no key."""
    return {skill.name: skill.hosts for skill in skills if skill.hosts}


def declared_hosts() -> Mapping[str, tuple[str, ...]]:
    """Skill -> hosts it may ask, of all skills there are with the user's settings; nothing is asked or kept.

    Raises:
        ValueError: settings that cannot be used.
    """
    with closing(Store(":memory:")) as store:
        return hosts_of(build_skills(Tools(store, Settings.load(settings_path()))))
