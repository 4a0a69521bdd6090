from __future__ import annotations

import pytest

from allears.commands.grammar import Grammar
from allears.commands.templates import TemplateError, read_template


def grammar(*sentences, **data):
    return Grammar({"language": "en", "intents": {"A": {"data": [{"sentences": list(sentences)}]}}, **data})


@pytest.mark.parametrize(
    ("template", "yes", "no"),
    [
        ("(turn|switch) on", ["turn on", "switch on"], ["turn", "on"]),
        ("light[s] on [now]", ["light on", "lights on now"], ["lightson"]),
        ("(the lamp;on) please", ["the lamp on please", "on the lamp please"], ["on on please"]),
        ("{0..20,5:n} percent", ["five percent", "20%"], ["six percent", "7 percent"]),
        ("one( |-)hour timer", ["one hour timer", "1-hour timer"], ["onehour timer"]),
        ("\\(a\\) b", ["a b"], ["b"]),
        ("[a|b] c", ["a c", "b c", "c"], ["a b c"]),
    ],
)
def test_the_syntax_means_what_hassil_says(template, yes, no):
    made = grammar(template)
    assert [text for text in yes if not made.readings(text)] == []
    assert [text for text in no if made.readings(text)] == []


@pytest.mark.parametrize(
    ("template", "column", "what"),
    [
        ("turn [on the lamp", 5, "never closed"),
        ("turn on) the lamp", 7, "closes nothing"),
        ("a (b] c", 4, "closes nothing"),
        ("a () b", 2, "empty"),
    ],
)
def test_a_mistake_is_found_at_its_column(template, column, what):
    with pytest.raises(TemplateError, match=what) as caught:
        read_template(template, None, "en")
    assert caught.value.column == column


def test_rules_may_hold_rules_but_not_themselves():
    made = grammar("<a> now", expansion_rules={"a": "x <b>", "b": "(y|z)"})
    assert made.readings("x z now")
    round_ = grammar("<a>", expansion_rules={"a": "x <a>"})
    assert any("refers to itself" in finding.message for finding in round_.findings)
