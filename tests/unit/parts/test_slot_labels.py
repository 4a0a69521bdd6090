"""Commands with their values marked."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.parts.slot_labels import SlotF1, TaggedUnits, read_values, tag_text  # noqa: E402
from allears.parts.spelling import NotSpellableError, SpellingTarget  # noqa: E402
from allears.parts.units import Characters  # noqa: E402

UNITS = TaggedUnits(Characters(["abc"]), ("city", "day"))


@pytest.mark.parametrize(
    "slots",
    [
        {"city": "new york", "day": "Friday"},
        [{"slot": "day", "value": "Friday", "start": 19, "end": 25}, {"slot": "city", "value": "New York"}],
    ],
)
def test_values_get_tags_in_the_order_of_the_text(slots: Any) -> None:
    tagged = tag_text("Fly to New York on Friday.", slots)
    assert tagged == "fly to <city> new york </city> on <day> friday </day>"
    assert read_values(tagged) == [("city", "new york"), ("day", "friday")]


def test_values_are_found_as_whole_words_and_letter_by_letter() -> None:
    assert tag_text("Große Straße nach Rom", {"city": "rom"}) == "große straße nach <city> rom </city>"
    assert tag_text("in London on Friday", {"day": "on"}) == "in london <day> on </day> friday"
    assert tag_text("at sixish", {"day": "six"}) == "at <day> six </day> ish"


def test_what_cannot_be_tagged_is_told() -> None:
    with pytest.raises(NotSpellableError, match="not in the text"):
        tag_text("fly", {"city": "rome"})
    with pytest.raises(NotSpellableError, match="overlap"):
        tag_text("new york", {"city": "new york", "day": "york"})
    with pytest.raises(ValueError, match="give an object, slot -> value, or a list"):
        tag_text("fly", [{"name": "city"}])


def test_a_tag_is_one_unit_and_parts_words() -> None:
    numbers = UNITS.encode("a b <city> c </city>")
    assert numbers is not None
    assert [UNITS.names[n] for n in numbers] == ["a", "\u2581", "b", "<city>", "c", "</city>"]
    assert UNITS.encode("a <colour> b </colour>") is None
    assert UNITS.encode("") == []


def test_f1_counts_pairs_that_are_right_to_the_letter() -> None:
    """Two of three said, two of four true: 2 * 2 / (3 + 4)."""
    said = ["<city> a </city> <day> b </day>", "<city> c </city>"]
    true = ("<city> a </city> <day> c </day>", "<city> c </city> <day> b </day>")
    rows = [_frames(text) for text in said]
    length = max(map(len, rows))
    output = torch.stack([torch.cat([r, _frames("")[:1].expand(length - len(r), -1)]) for r in rows])
    lengths = torch.tensor([length, length])
    metric = SlotF1(UNITS.names)
    assert metric.compute() is None
    metric.update(output, SpellingTarget(torch.zeros(2, 1), lengths, lengths, true), lengths)
    assert metric.compute() == pytest.approx(2 * 2 / (3 + 4))


def _frames(text: str) -> Any:
    """(T, C) logits that say the text, a blank between units."""
    numbers = UNITS.encode(text)
    assert numbers is not None
    with_blanks = [0, *(n for number in numbers for n in (number, 0))]
    return 9 * torch.eye(len(UNITS.names))[with_blanks]
