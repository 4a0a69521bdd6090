from __future__ import annotations

import pytest

from allears.commands.grammar import Grammar


def made(data, **options):
    return Grammar({"language": "en", **data}, **options)


def messages(grammar, level=None):
    return [finding.message for finding in grammar.findings if level in (None, finding.level)]


def intents(*sentences, **block):
    return {"A": {"data": [{"sentences": list(sentences), **block}]}}


def test_lists_of_a_block_go_before_those_of_the_file():
    data = {"intents": intents("x {l}", lists={"l": {"values": ["b"]}}), "lists": {"l": {"values": ["a"]}}}
    grammar = made(data)
    assert grammar.readings("x b") and not grammar.readings("x a")


def test_a_list_is_filled_at_run_time():
    grammar = made({"intents": intents("go to [the] {area:room}")}, lists={"area": ["Kitchen", "living-room"]})
    assert grammar.match("go to the living room").values == {"room": "living-room"}
    assert messages(grammar) == []


def test_a_list_nobody_filled_takes_any_words_of_a_text_and_is_told():
    grammar = made({"intents": intents("play {song} now"), "lists": {"songs": {"values": ["x"]}}})
    assert grammar.match("Play Hey Jude now").values == {"song": "hey jude"}
    assert grammar.sentences.free_lists == {"song": 1}
    assert "did you mean 'songs'" in messages(grammar, "warning")[0]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({}, "no `intents:`"),
        ({"intents": {"A": {}}}, "needs `data:`"),
        ({"intents": {"A": {"data": [{}]}}}, "no list of `sentences:`"),
        ({"intents": intents("<nop>"), "expansion_rules": {"nope": "x"}}, "no rule <nop>; did you mean 'nope'"),
        ({"intents": intents("!!!")}, "has no words"),
        ({"intents": intents("{l}"), "lists": {"l": {"value": ["x"]}}}, "needs `values:`"),
        ({"intents": intents("{l}"), "lists": {"l": {"range": {"from": 5, "to": 1}}}}, "has no numbers"),
        ({"intents": intents("{l}"), "lists": {"l": {"range": {"to": 1}}}}, "is not one"),
        ({"intents": intents("x", weight=0)}, "must be above 0"),
        ({"intents": intents("{l}"), "lists": {"l": {"values": [{"in": "a", "weight": -1}]}}}, "above 0"),
    ],
)
def test_what_is_wrong_is_an_error(data, what):
    assert any(what in message for message in messages(made(data), "error"))


def test_an_unknown_key_is_a_warning_with_the_nearest_name():
    grammar = made({"intents": intents("x", sentence=["y"]), "skipwords": []})
    told = " ".join(messages(grammar, "warning"))
    assert "'skipwords' is not known" in told and "did you mean 'skip_words'" in told and "'sentences'" in told


def test_errors_stop_a_load_with_file_line_and_column(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("language: en\nintents:\n  A:\n    data:\n      - sentences:\n          - 'turn [on'\n")
    with pytest.raises(ValueError, match=r"a\.yaml:6:19: error: '\[' is never closed"):
        Grammar.load(file)


def test_values_of_a_range_are_numbers_with_their_multiplier():
    lists = {"n": {"range": {"from": 10, "to": 12, "fractions": "halves", "multiplier": -1}}}
    grammar = made({"intents": intents("by {n}"), "lists": lists})
    assert grammar.match("by 11").values == {"n": -11}
    assert grammar.match("by eleven point five").values == {"n": -11.5}


def test_context_of_a_value_must_go_with_the_sentence():
    names = {"values": [{"in": "lamp", "context": {"domain": "light"}}, {"in": "door", "context": {"domain": "cover"}}]}
    block = {"sentences": ["open {name}"], "requires_context": {"domain": "cover"}}
    grammar = made({"intents": {"Open": {"data": [block]}}, "lists": {"name": names}})
    assert grammar.match("open door").is_accepted
    assert not grammar.readings("open lamp")
