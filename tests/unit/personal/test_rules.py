"""A rule replaces exactly its words, and nothing else of a transcript."""

from __future__ import annotations

import pytest

from allears.decode.answers import Segment, Transcript, Word
from allears.personal import Rule
from allears.personal.rules import apply_rules

RULES = (Rule("sabo agnesh", "Szabó Ágnes", "en", 2), Rule("sabo", "Szabo Kft", "en", 2))


def heard(text: str, language: str = "en") -> Transcript:
    words = tuple(Word(token, float(n), n + 1.0, 0.5 + 0.1 * n) for n, token in enumerate(text.split()))
    return Transcript((Segment(0.0, float(len(words)), text, words),), language)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Call Sabo Agnesh, now.", "Call Szabó Ágnes, now."),
        ("(sabo agnesh)", "(Szabó Ágnes)"),
        ("sabo and sabo agnesh", "Szabo Kft and Szabó Ágnes"),
        ("sabot agnesh's agnesh", "sabot agnesh's agnesh"),
        ("sabo-agnesh", "Szabó Ágnes"),
        ("sabo, Agnesh", "Szabó Ágnes"),
        ("", ""),
    ],
)
def test_whole_words_in_order(text: str, written: str) -> None:
    done = apply_rules(heard(text), RULES)
    assert done.text == written
    assert " ".join(word.text for word in done.words) == written


def test_new_words_share_the_time_of_the_old() -> None:
    done = apply_rules(heard("call sabo now"), RULES)
    assert [(word.text, word.start_s, word.end_s) for word in done.words] == [
        ("call", 0.0, 1.0),
        ("Szabo", 1.0, 1.5),
        ("Kft", 1.5, 2.0),
        ("now", 2.0, 3.0),
    ]
    assert done.words[1].probability == 0.6


def test_another_language_and_no_rules_change_nothing() -> None:
    transcript = heard("sabo agnesh", "hu")
    assert apply_rules(transcript, RULES) is transcript
    assert apply_rules(heard("nothing of it"), RULES).text == "nothing of it"
    assert apply_rules(transcript, ()) is transcript
    assert apply_rules(transcript, [Rule("sabo", "Szabó")]).text == "Szabó agnesh"
