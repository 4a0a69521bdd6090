"""Words become stable when two readings agree, and then never change."""

from __future__ import annotations

from allears.decode.answers import Word
from allears.runtime.stream_agree import Agreement, agree


def reading(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    """Words of 0.3 s."""
    times = ((start_s + 0.3 * i, start_s + 0.3 * (i + 1)) for i in range(99))
    return tuple(Word(word, round(a, 3), round(b, 3), 1.0) for word, (a, b) in zip(text.split(), times, strict=False))


def texts(agreed: Agreement) -> tuple[str, str]:
    return " ".join(w.text for w in agreed.stable), " ".join(w.text for w in agreed.tentative)


def after(*readings: str, until_s: float = 99.0) -> tuple[str, str]:
    agreed = Agreement()
    for text in readings:
        before, agreed = agreed, agree(agreed, reading(text), from_s=0.0, until_s=until_s)
        assert agreed.stable[: len(before.stable)] == before.stable, "what is stable never changes"
    return texts(agreed)


def test_one_reading_makes_nothing_stable() -> None:
    assert after("turn on") == ("", "turn on")


def test_what_two_agree_on_is_stable() -> None:
    assert after("turn on the", "turn on a lamp") == ("turn on", "a lamp")
    assert after("turn on the", "turn on a", "turn on a lamp") == ("turn on a", "lamp")


def test_case_and_punctuation_do_not_count() -> None:
    assert after("Hello, there", "hello there you") == ("hello there", "you")


def test_a_full_stop_at_the_edge_is_not_shown() -> None:
    assert after("turn on.", "turn on.") == ("turn on", "")
    assert after("...") == ("", "..."), "a word of nothing else stays"


def test_a_word_near_the_edge_waits() -> None:
    assert after("turn on", "turn on", until_s=0.5) == ("turn", "on")


def test_a_reading_that_takes_back_a_stable_word_does_not_change_it() -> None:
    assert after("turn on", "turn on", "burn on the lamp") == ("turn on", "the lamp")
    assert after("turn on", "turn on", "") == ("turn on", "")


def test_a_reading_from_the_middle_goes_on_after_what_is_stable() -> None:
    known = Agreement(reading("turn on the"))
    assert texts(agree(known, reading("the lamp now", 0.6), from_s=0.6, until_s=9.0)) == ("turn on the", "lamp now")
