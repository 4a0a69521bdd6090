from __future__ import annotations

import pytest

from allears.commands.wording import as_said, piece_as_said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Turn on the  lights!", "turn on the lights"),
        ("Set it to 21%.", "set it to twenty one percent"),
        ("It\u2019s 3.5\u00b0", "it's three point five degrees"),
        ("minus -5", "minus minus five"),
        ("1,000 and 7:30", "one thousand and seven thirty"),
        ("living-room", "living room"),
        ("", ""),
    ],
)
def test_writing_becomes_what_is_said(text, said):
    assert as_said(text, "en") == said


def test_signs_of_other_languages_and_digits_of_unknown_ones():
    assert as_said("21 %", "de") == "einundzwanzig prozent"
    assert as_said("21", "xx") == "21"


@pytest.mark.parametrize(("piece", "said"), [(" the ", " the "), ("s", "s"), ("-", " "), ("", ""), ("%", " percent ")])
def test_a_piece_keeps_the_spaces_at_its_edges(piece, said):
    assert piece_as_said(piece, "en") == said
