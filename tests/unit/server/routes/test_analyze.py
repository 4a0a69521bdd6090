"""What the words want is in the answer where the server reads them, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from allears.runtime.result import Result
from allears.understand.answers import Meaning, SlotValue
from tests.unit.server.live import FakeSession, running, sound

FILE = {"file": ("talk.wav", sound())}


class ReadingSession(FakeSession):
    """Understands everything as one thing."""

    understands = True

    def hear(self, source: Any, *, tasks: Any = None, sample_rate: Any = None, **options: Any) -> Result:
        result = super().hear(source, tasks=tasks, sample_rate=sample_rate, **options)
        slots = (SlotValue("room", "kitchen", 0, 7, 0.9),)
        meaning = Meaning("kitchen light", "home", "home", 0.9, "light_on", 0.8, slots, 2.0, True)
        return result if options.get("understand") is False else replace(result, meaning=meaning)


@pytest.fixture(scope="module")
def reading():
    with running(session=ReadingSession()) as live:
        yield live


def test_intent_and_slots_are_in_the_answer(reading) -> None:
    meaning = reading.http.post("/analyze", files=FILE).json()["meaning"]
    assert (meaning["intent"], meaning["slots"][0]["value"]) == ("light_on", "kitchen")


def test_a_client_can_do_without(reading) -> None:
    assert "meaning" not in reading.http.post("/analyze", files=FILE, data={"understand": "false"}).json()


def test_other_routes_do_not_write_a_text_for_it(reading) -> None:
    reading.http.post("/audio/transcriptions", files=FILE)
    assert reading.session.asked[-1]["understand"] is False


def test_a_server_without_a_model_says_what_to_do(live) -> None:
    reply = live.http.post("/analyze", files=FILE, data={"understand": "true"})
    assert reply.status_code == 501 and "--understand" in reply.json()["error"]["message"]
    assert "meaning" not in live.http.post("/analyze", files=FILE).json()
