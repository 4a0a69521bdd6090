"""The field `slots` of a clip: which values its text has, and where they stand in it. No torch.

In: `slots`, an object, slot -> value, or a list of objects with `slot` and `value`, where `start` and `end` may say
which letters of the text the value is. Out: places in the text, or the values in plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from allears.texts import plain_words

__all__ = ["places_of", "values_of"]


class _Entry(NamedTuple):
    """One value; `start` None: nobody said where it is."""

    name: str
    value: str
    start: int | None
    stop: int | None


def places_of(text: str, slots: Any) -> Iterator[tuple[str, int, int]]:
    """Name, first letter and the one past the last of each value; -1, -1 of one that is not in the text.

    A value without a place is looked for, whatever its case, first as whole words: `on` is not in `London`.

    Raises:
        ValueError: `slots` is something else than the module says.
    """
    for name, value, start, stop in _entries(slots):
        if start is None or stop is None:
            own = re.escape(value)
            found = re.search(rf"(?<!\w){own}(?!\w)", text, re.IGNORECASE) or re.search(own, text, re.IGNORECASE)
            yield (name, *(found.span() if found else (-1, -1)))
        else:
            yield name, start, stop


def values_of(text: str, slots: Any) -> Iterator[tuple[str, str]]:
    """Name and words of each value, as `plain_words` has them; one without words is no value.

    Raises:
        ValueError: as `places_of`.
    """
    for name, value, start, stop in _entries(slots):
        words = plain_words(value if start is None or stop is None else text[start:stop])
        if words:
            yield name, words


def _entries(slots: Any) -> list[_Entry]:
    if isinstance(slots, Mapping):
        return [_Entry(str(name), str(value), None, None) for name, value in slots.items()]
    try:
        return [_entry(slot) for slot in slots]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"the field `slots` is {slots!r}: give an object, slot -> value, or a list of objects with `slot` and "
            "`value`"
        ) from error


def _entry(slot: Mapping[str, Any]) -> _Entry:
    """Where its place is known, the text itself says the value."""
    name, start, end = str(slot["slot"]), slot.get("start"), slot.get("end")
    if start is not None and end is not None:
        return _Entry(name, str(slot.get("value", "")), int(start), int(end))
    value = str(slot["value"])
    return _Entry(name, value, *((None, None) if start is None else (int(start), int(start) + len(value))))
