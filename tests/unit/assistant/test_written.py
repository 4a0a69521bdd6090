"""A written conversation asks the model of open language what is no command, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("hassil", reason="the assistant's grammar needs the extra `commands`")

from allears.assistant.assistant import Assistant
from allears.assistant.build import build_skills
from allears.assistant.chat_events import Replied
from allears.assistant.mouth import Mouth
from allears.assistant.player import Recorder
from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.store import Store
from allears.assistant.written import converse_by_text
from allears.understand.answers import Meaning


class _Reader:
    """Whatever it is asked wants to know the time."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, text: str) -> Meaning:
        self.texts.append(text)
        return Meaning(text, "home", "time", 0.9, "datetime_query", 0.99, (), 3.0, True)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    store = Store(tmp_path / "store.json")
    yield Assistant(build_skills(Tools(store, Settings({})), ["clock"]))
    store.close()


def _replies(assistant: Assistant, *texts: str, reader: _Reader | None) -> list[Replied]:
    events = converse_by_text(texts, assistant, Mouth(None, Recorder()), reader=reader)
    return [event for event in events if isinstance(event, Replied)]


def test_what_is_no_command_is_read(assistant: Assistant) -> None:
    reader = _Reader()
    known, own = _replies(assistant, "what time is it", "how late has it got", reader=reader)
    assert known.skill == own.skill == "clock" and known.intent == own.intent
    assert reader.texts == ["how late has it got"]


def test_without_a_reader_it_is_not_understood(assistant: Assistant) -> None:
    (reply,) = _replies(assistant, "how late has it got", reader=None)
    assert reply.skill != "clock"
