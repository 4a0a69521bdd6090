"""The library that Home Assistant reads sentences with, hassil, reads our command file and understands it as we do."""

from __future__ import annotations

import pytest

pytest.importorskip("hassil", reason="commands need the extra allears[commands]")

from hassil import Intents, recognize, recognize_all
from yaml import safe_load

from tests.unit.commands.conftest import DEMO

WORDS = {True: "on", False: "off"}  # YAML's own reading of two words; ours keeps words


@pytest.fixture(scope="module")
def intents():
    """The file of the docs as hassil loads it, without a line of ours."""
    loaded = safe_load(DEMO.read_text(encoding="utf-8"))
    loaded["lists"]["state"]["values"] = [WORDS[value] for value in loaded["lists"]["state"]["values"]]
    return Intents.from_dict(loaded)


def test_what_we_say_hassil_understands_the_same(demo, intents) -> None:
    sentences = list(demo.say(40, seed=1))
    assert len({intent for _, intent in sentences}) >= 6
    for text, intent in sentences:
        found = {(one.intent.name, _slots(one)) for one in recognize_all(text, intents)}
        ours = demo.match(text)
        assert (ours.intent, tuple(sorted(_plain(ours.values)))) in found, text
        assert ours.intent == intent


@pytest.mark.parametrize("text", ["turn the moon on", "set a timer for 99 minutes", "play some polka"])
def test_what_is_no_sentence_to_hassil_is_none_to_us(demo, intents, text) -> None:
    assert recognize(text, intents) is None
    assert demo.readings(text) == []


def _slots(found) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_plain({name: entity.value for name, entity in found.entities.items()})))


def _plain(values) -> list[tuple[str, str]]:
    return [(name, f"{value:g}" if isinstance(value, int | float) else str(value)) for name, value in values.items()]
