"""Texts become replies, intents or neither; conversations do not mix; what is handed on is not done here."""

from __future__ import annotations

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("hassil", reason="the extra `commands` is not installed")

from allears.assistant.heard import Heard
from allears.commands.answer import Command
from allears.understand.answers import Meaning
from tests.unit.wyoming.live import mind_of

COMMANDS = """
language: en
intents:
  OpenPod:
    data:
      - sentences: ["open the pod bay doors", "open {door}"]
lists:
  door:
    values: [hatch, gate]
"""


@pytest.fixture(scope="module")
def mind():
    return mind_of()


def test_a_skill_replies_and_knows_who_asked(mind) -> None:
    heard = Heard("who am i", mind.grammar.match("who am i"), "Ann")
    assert mind.converse("who am i", "a", heard).text == "You are Ann."
    assert mind.converse("who am i", "a", None).text == "I do not know your voice."


def test_a_question_is_answered_in_its_own_conversation() -> None:
    mind = mind_of(names=["lists"])
    asked = next(
        (text for text in ("add something to my list", "put something on the shopping list")
         if mind.converse(text, "a", None).text), None
    )  # fmt: skip
    assert mind.converse("milk and bread please", "b", None).text is None, "b was asked nothing"
    assert asked is None or mind.converse("what is on the shopping list", "b", None).text


def test_the_users_commands_are_handed_on_with_their_values(tmp_path) -> None:
    (tmp_path / "c.yaml").write_text(COMMANDS)
    mind = mind_of(commands=[tmp_path / "c.yaml"])
    thought = mind.converse("open the pod bay doors", "a", None)
    assert (thought.intent, dict(thought.values)) == ("OpenPod", {})
    thought = mind.recognize("please open hatch", None)
    assert (thought.intent, dict(thought.values)) == ("OpenPod", {"door": "hatch"})
    assert mind.has_intents


def test_commands_without_intents_are_refused(tmp_path) -> None:
    (tmp_path / "c.yaml").write_text("lists: {}\n")
    with pytest.raises(ValueError, match="intents"):
        mind_of(commands=[tmp_path / "c.yaml"])


def test_timers_are_the_clients_and_never_set_here() -> None:
    mind = mind_of(names=["timers"])
    thought = mind.converse("set a timer for ten minutes", "a", None)
    assert thought.intent is not None
    assert "imer" in thought.intent
    assert not thought.text
    assert mind._first.due() == []


def test_open_language_is_asked_where_no_sentence_fits() -> None:
    class Reader:
        def read(self, text):
            return Meaning(text, "x", "home", 0.9, "iot_hue_lightoff", 0.9, (), 1.0, is_in_scope="dark" in text)

    mind = mind_of(reader=Reader())
    assert mind.recognize("make it dark in here would you", None).intent == "iot_hue_lightoff"
    assert mind.recognize("tell me about the moon landing", None).intent is None


def test_what_nobody_understands_is_neither(mind) -> None:
    thought = mind.converse("colourless green ideas sleep furiously", "a", None)
    assert (thought.text, thought.intent) == (None, None)
    unsure = Heard("what time is it", Command("HassGetCurrentTime", confidence=0.2), "Ann")
    assert mind.converse("what time is it", "a", unsure).text is None, "what was heard is believed, not the text"


def test_stop_is_understood_and_needs_no_words(mind) -> None:
    assert mind.converse("stop", "a", None).text == ""
