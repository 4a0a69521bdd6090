"""What corrections teach: names are expected at once, misreadings are rules only when they are sure."""

from __future__ import annotations

from allears.personal import Correction, Rule
from allears.personal.learned import misreadings, phrases_of, rules_of


def said(*pairs: tuple[str, str], language: str = "en") -> list[Correction]:
    return [Correction(str(n), text, heard, language) for n, (heard, text) in enumerate(pairs)]


def test_names_that_were_misheard_are_expected_and_everyday_words_are_not() -> None:
    found = phrases_of(
        said(
            ("please call sabo agnesh now", "Please call Szabó Ágnes now."),
            ("turn off the light", "Turn on the lights"),
            ("what is the whether", "What is the weather"),
        )
    )
    assert found == ("Szabó Ágnes",)


def test_what_was_heard_right_teaches_nothing() -> None:
    assert phrases_of(said(("Call Szabó Ágnes!", "call szabó ágnes"))) == ()


def test_a_misreading_is_a_rule_from_the_second_clip_on() -> None:
    one = ("call sabo agnesh", "call Szabó Ágnes")
    assert rules_of(said(one)) == ()
    assert [(rule.heard, rule.count) for rule in misreadings(said(one))] == [("sabo agnesh", 1)]
    two = said(one, ("where is sabo agnesh", "Where is Szabó Ágnes?"))
    assert rules_of(two) == (Rule("sabo agnesh", "Szabó Ágnes", "en", 2),)


def test_a_misreading_that_was_once_right_or_something_else_is_no_rule() -> None:
    pair = [("call sabo", "call Szabó"), ("ask sabo", "ask Szabó")]
    assert rules_of(said(*pair))
    assert rules_of(said(*pair, ("sabo is a brand of tiles", "sabo is a brand of floors"))) == ()
    assert rules_of(said(*pair, ("write sabo", "write Sabou"))) == ()


def test_everyday_words_are_never_replaced() -> None:
    assert rules_of(said(("tell and to come", "tell Ann to come"), ("and is here", "Ann is here"))) == ()


def test_another_sentence_altogether_is_no_misreading() -> None:
    long = ("mum bell bee dong zap trill quop", "vex wiggle jump hark blitz quartz nymph")
    assert misreadings(said(long, long)) == ()
    assert phrases_of(said(long)) == ()


def test_rules_are_of_one_language_and_need_spaces() -> None:
    long = [("hier ist sabosch", "hier ist Szabós"), ("sabosch kommt", "Szabós kommt")]
    assert rules_of(said(*long, language="de")) == (Rule("sabosch", "Szabós", "de", 2),)
    assert rules_of(said(long[0], language="de") + said(long[1], language="nl")) == ()
    short = [("hier ist sabo", "hier ist Szabó"), ("sabo kommt", "Szabó kommt")]
    assert rules_of(said(*short, language="de")) == (), "no list tells whether so short a word is an everyday one"
    assert misreadings(said(("東京", "京都"), language="ja")) == ()
