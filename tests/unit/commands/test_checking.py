from __future__ import annotations

from allears.commands.checking import check
from allears.commands.grammar import Grammar


def report(intents, **data):
    blocks = {name: {"data": [{"sentences": sentences}]} for name, sentences in intents.items()}
    return check(Grammar({"language": "en", "intents": blocks, **data}))


def test_the_demo_is_in_order(demo):
    found = check(demo)
    assert found.num_errors == 0 and list(found.findings) == []
    assert found.num_templates == 25 and found.num_phrases > 10_000


def test_a_sentence_with_two_meanings_is_found():
    found = report({"A": ["(go|walk) home"], "B": ["go home", "stay"]})
    assert [f.message for f in found.findings] == [
        "'go home' has 2 meanings: A() by '(go|walk) home' and B() by 'go home'"
    ]


def test_phrases_are_counted_without_being_said():
    lists = {"n": {"range": {"from": 1, "to": 20}}, "m": {"values": ["x", "y"]}}
    assert report({"A": ["[please] {n} {m}", "(a;b;c)", "stop"]}, lists=lists).num_phrases == 2 * 20 * 2 + 6 + 1


def test_words_that_cannot_be_spelt():
    found = report({"A": ["play \u03c9mega", "caf\u00e9"]})
    assert [f.message for f in found.findings] == [
        "'\u03c9mega' cannot be heard: the model spells no '\u03c9'; write it as spoken"
    ]
