"""Small talk and help."""

from __future__ import annotations

from tests.unit.assistant.fakes import Talk


def test_help_names_what_the_other_skills_can() -> None:
    talk = Talk("talk", "clock")
    assert talk("What can you do?") == "You can say: what can you do and what time is it."
    assert "what day is it" in talk.answer.note


def test_it_knows_who_speaks() -> None:
    talk = Talk("talk")
    assert talk("hello", "Ann") == "Hello, Ann."
    assert talk("who am I", "Ann") == "You are Ann."
    assert talk("who am I") == "I do not know your voice."
    assert talk("thank you very much") == "You are welcome."
