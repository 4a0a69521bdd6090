"""The page that writes a skill does write one: it is found, understood, asks back, remembers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hassil", reason="skills need the extra `commands`")

from allears.assistant import SKILLS, Skill
from allears.assistant.skill import Ask, Reply, Request, Tools
from tests.unit.assistant.fakes import Talk

PAGE = (Path(__file__).parents[2] / "docs" / "write-a-skill.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.fixture
def added() -> Iterator[ModuleType]:
    """The module of the page, registered as long as the test runs."""
    before = set(SKILLS)
    module = ModuleType("added_skill")
    sys.modules["added_skill"] = module
    exec(compile(_block("python"), "docs/write-a-skill.md", "exec"), module.__dict__)
    yield module
    del sys.modules["added_skill"]
    for name in set(SKILLS) - before:
        del SKILLS._builders[name]


def test_the_skill_of_the_page_says_what_the_page_says(added: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    rolls = iter([5, 4, 2])
    monkeypatch.setattr(added.random, "randint", lambda low, high: next(rolls))
    lines = _block("text").splitlines()
    talk = Talk("dice")
    for said, reply in zip(lines[::2], lines[1::2], strict=True):
        assert f"< {talk(said.removeprefix('> '), 'Ann')}" == reply
    assert talk("what is my best roll", "Bob") == "You never rolled."


def test_its_setting_counts(added: ModuleType) -> None:
    talk = Talk("dice", dice={"sides": "1"})
    assert talk("roll two dice") == "You rolled 2. That is your best."
    assert talk("roll one die") == "You rolled 1."


def test_the_parts_of_the_page_are_there() -> None:
    names = {name for part in (Skill, Request, Reply, Ask, Tools) for name in part.__dataclass_fields__}
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    stated = {name.rpartition(".")[2] for row in rows for name in re.findall(r"`([a-z_.]+)", row)}
    assert len(stated) > 8
    assert stated <= names
