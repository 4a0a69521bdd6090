"""Who is listened to, and when."""

from __future__ import annotations

from allears.assistant.gate import Gate


def test_always() -> None:
    gate = Gate(is_always=True)
    gate.close()
    assert gate.lets_in(1.0, 2.0)


def test_after_the_wake_word_for_a_while() -> None:
    gate = Gate(is_always=False, open_s=8.0)
    assert not gate.lets_in(1.0, 2.0)
    gate.open(10.0, 9.4)
    assert gate.lets_in(9.3, 12.0)  # the wake word and the wish in one breath
    assert gate.lets_in(17.9, 20.0)
    assert not gate.lets_in(5.0, 9.0)  # before it
    assert not gate.lets_in(18.5, 19.0)
    gate.close()
    assert not gate.lets_in(11.0, 12.0)
