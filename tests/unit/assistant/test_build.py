"""Skills are built by name, and say whom they may ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.assistant.build import build_skills, declared_hosts
from allears.assistant.grammar import SkillGrammar
from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.skills import SKILLS
from allears.assistant.store import Store


def test_all_skills_go_together_and_understand_their_own_examples() -> None:
    skills = build_skills(Tools(Store(":memory:"), Settings({"home": {"url": "http://127.0.0.1:9"}})))
    assert {skill.name for skill in skills} == set(SKILLS) >= {"clock", "lists", "music", "talk", "timers", "weather"}
    grammar = SkillGrammar.of(skills)
    for skill in skills:
        for example in skill.examples:
            command = grammar.match(example)
            assert command.is_accepted, example
            assert command.intent in skill.handlers, example


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="Did you mean 'timers'"):
        build_skills(Tools(Store(":memory:"), Settings()), ["timer"])


def test_the_hosts_are_those_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_ASSISTANT", str(tmp_path))
    monkeypatch.delenv("HASS_SERVER", raising=False)
    (tmp_path / "assistant.toml").write_text('[home]\nurl = "http://h.local:8123"\n[music]\nmpd = "box:6600"\n')
    assert declared_hosts() == {
        "home": ("h.local:8123",), "music": ("box:6600",),
        "weather": ("api.open-meteo.com", "geocoding-api.open-meteo.com"),
    }  # fmt: skip
    assert not (tmp_path / "assistant.sqlite").exists()
