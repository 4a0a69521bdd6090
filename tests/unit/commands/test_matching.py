from __future__ import annotations

import time

import pytest

from allears.commands.grammar import Grammar


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("Turn on the kitchen lights!", "LightSet", {"state": "on", "room": "kitchen"}),
        ("Could you set the lounge light to 45%, please?", "LightSet", {"room": "living room", "brightness": 45}),
        ("start a timer for 2 hours and 30 minutes", "TimerSet", {"hours": 2, "minutes": 30}),
        ("heat the office to twenty one and a half degrees", "ThermostatSet", {"room": "office", "temperature": 21.5}),
        ("what's the weather like tomorrow in New York", "WeatherGet", {"day": "tomorrow", "city": "new york"}),
        ("next song", "MusicControl", {"action": "next"}),
        ("add, please, orange juice to my list", "ListAdd", {"item": "orange juice"}),
    ],
)
def test_a_text_is_understood_whatever_its_writing(demo, text, intent, values):
    command = demo.match(text)
    assert (command.intent, command.values, command.is_accepted) == (intent, values, True)


def test_a_slot_knows_its_words(demo):
    slot = demo.match("play some jazz in the kids room").slots["room"]
    assert (slot.value, slot.text) == ("kids room", "kids room")


@pytest.mark.parametrize("text", ["who won the game last night", "", "turn the kitchen", "set the volume to"])
def test_what_is_not_in_the_grammar_is_not_accepted(demo, text):
    assert not demo.match(text).is_accepted


def test_a_slip_is_forgiven_and_lowers_the_confidence(demo):
    command = demo.match("turn off the kitchn light")
    assert command.values == {"state": "off", "room": "kitchen"}
    assert 0.5 < command.confidence < 0.9


def test_a_slip_that_decides_between_two_meanings_is_no_command(demo):
    command = demo.match("turn of the kitchen lights")
    assert not command.is_accepted
    assert {command.values["state"], command.alternatives[0].values["state"]} == {"on", "off"}


def test_two_meanings_share_the_confidence_by_weight():
    blocks = {"A": {"data": [{"sentences": ["go"], "weight": 3}]}, "B": {"data": [{"sentences": ["[please] go"]}]}}
    command = Grammar({"language": "en", "intents": blocks}).match("go")
    assert command.intent == "A" and command.confidence == pytest.approx(0.75)
    assert [other.intent for other in command.alternatives] == ["B"]


def test_the_more_literal_reading_wins():
    data = {"intents": {"A": {"data": [{"sentences": ["play {x}", "play {x} in [the] {room}"]}]}}}
    grammar = Grammar({"language": "en", **data}, lists={"room": ["kitchen"]})
    assert grammar.match("play hey jude in the kitchen").values == {"x": "hey jude", "room": "kitchen"}


def test_the_time_depends_on_the_text_and_not_on_the_number_of_sentences():
    sentences = [f"say {word} {other} {third}" for word in WORDS for other in WORDS for third in WORDS]
    grammar = Grammar({"language": "en", "intents": {"A": {"data": [{"sentences": sentences}]}}})
    grammar.match("say one two three")
    begun = time.process_time()
    assert grammar.match("say ten nine eight").is_accepted
    assert time.process_time() - begun < 0.05


WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
