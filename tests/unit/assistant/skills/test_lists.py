"""One shopping list for all, and a to-do list for each."""

from __future__ import annotations

from pathlib import Path

from allears.assistant.store import Store
from tests.unit.assistant.fakes import Talk


def test_all_buy_from_one_list_and_it_outlives_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.sqlite")
    talk = Talk("lists", store=store)
    assert talk("Add milk to the shopping list.", "Ann") == "Milk is on the shopping list."
    assert talk("we need more blue paint", "Bob") == "Blue paint is on the shopping list."
    assert talk("add milk to my list", "Bob") == "Milk was on it already."
    store.close()
    again = Talk("lists", store=Store(tmp_path / "a.sqlite"))
    assert again("what's on the shopping list") == "The shopping list has milk and blue paint."
    assert again("take milk off the list") == "Milk is off the shopping list."
    assert again("take milk off the list") == "Milk is not on the shopping list."
    assert again("clear the shopping list") == "The shopping list is empty now."
    assert again("what do we need") == "The shopping list is empty."
    again.store.close()


def test_what_is_to_be_done_is_each_persons_own() -> None:
    talk = Talk("lists")
    talk("remind me to call mum", "Ann")
    talk("add taxes to my to do list", "Bob")
    assert talk("what do I have to do", "Ann") == "Ann, your to do list has call mum."
    assert talk("what's on my to do list", "Bob") == "Bob, your to do list has taxes."
    assert talk("what's on my to do list") == "The to do list is empty."


def test_what_is_missing_is_asked_for() -> None:
    talk = Talk("lists")
    assert talk("put something on the shopping list") == "What shall I put on the shopping list?"
    assert talk("Two apples.") == "Two apples is on the shopping list."


def test_a_long_list_is_not_read_to_its_end() -> None:
    talk = Talk("lists")
    for number in range(12):
        talk(f"add thing {number} to the list")
    assert talk("what's on the list").endswith("and 4 more.")
    assert "thing eleven" in talk.answer.note
