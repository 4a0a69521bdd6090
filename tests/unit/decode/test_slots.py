"""Tags among the letters become values."""

import numpy as np

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.decode.spelling import SPACE
from allears.formats.plain import plain
from allears.spec import ModelSpec, Resolution, TaskSpec

MODEL = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 1)
NAMES = ("", SPACE, "a", "b", "<city>", "</city>", "<day>", "</day>")
TASK = TaskSpec("slots", Resolution.FRAME, {"kind": "slots"}, NAMES)


def hear(*units: str) -> object:
    logits = 9.0 * np.eye(len(NAMES))[[NAMES.index(unit) for unit in units]]
    return DECODES["slots"]([WindowOutput(0.0, 1.0, logits)], TASK, MODEL)


def test_a_value_stands_between_its_tags() -> None:
    slots = hear("a", "<city>", "b", SPACE, "a", "</city>", "b")
    assert slots.text == "a b a b"
    assert slots.values == {"city": "b a"}
    (slot,) = slots.slots
    assert (slot.start_s, slot.end_s) == (0.04, 0.1)
    assert slot.probability > 0.99
    assert plain(slots)["slots"][0]["value"] == "b a"


def test_tags_that_do_not_match_are_left_out_and_the_words_stay() -> None:
    for units in (("<city>", "a"), ("a", "</city>"), ("<city>", "a", "</day>"), ("<city>", "</city>", "a")):
        slots = hear(*units)
        assert slots.slots == () and slots.text == "a", units


def test_a_tag_that_is_opened_twice_counts_from_the_last() -> None:
    assert hear("<city>", "a", "<day>", "b", "</day>").values == {"day": "b"}
