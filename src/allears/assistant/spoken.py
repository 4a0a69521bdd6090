"""How things are said: lengths of time, times of day, lists of things; and lengths and answers read from words.

In: seconds, times, words. Out: English text, or what the words stand for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from allears.texts import plain_words

__all__ = ["and_list", "clock_as_words", "duration", "of_day", "read_duration", "read_yes"]

_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))
_YES = frozenset("yes yeah yep sure okay ok please alright absolutely".split())
_NO = frozenset("no nope never not don't later".split())
_TIME = re.compile(
    r"\b(\d{1,2}):(\d{2})\b|(?:(?<= at )|(?<= for ))(\d{1,2})\.(\d{2})\b(?! ?(?:percent|%|degree|°))", re.IGNORECASE
)


def duration(seconds: float) -> str:
    """`90` -> `1 minute and 30 seconds`; the two largest units that are not 0."""
    rest, parts = max(0, round(seconds)), []
    for name, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return and_list(parts[:2]) or "0 seconds"


def of_day(at: datetime) -> str:
    """`7:30 AM`."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def and_list(things: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))


def clock_as_words(text: str) -> str:
    """`wake me at 7:05` -> `wake me at 7 oh 5`, so that a grammar of numbers can read it."""

    def words(found: re.Match[str]) -> str:
        hour, minute = int(found[1] or found[3]), int(found[2] or found[4])
        return f"{hour} {minute}" if minute > 9 else f"{hour} oh {minute}" if minute else f"{hour} o'clock"

    return _TIME.sub(words, text)


def read_duration(text: str) -> float | None:
    """`an hour and ten minutes` -> seconds; None if no length is in it."""
    words = plain_words(clock_as_words(text).replace("-", " ")).split()
    total, at, is_any = 0.0, 0, False
    for i, word in enumerate(words):
        size = next((size for name, size in _UNITS if word in (name, f"{name}s")), None)
        if size is None:
            continue
        count = _number(words[at:i])
        if count is None:
            return None
        total, at, is_any = total + count * size, i + 1, True
    if is_any and words[at:] == ["and", "a", "half"]:
        total += total / 2
    return total if is_any and total > 0 else None


def read_yes(text: str) -> bool | None:
    """Whether it means yes; None if it means neither."""
    words = plain_words(text).split()
    if any(word in _NO for word in words):
        return False
    return True if any(word in _YES for word in words) else None


def _number(words: Sequence[str]) -> float | None:
    """The number at the end of some words."""
    for first in range(len(words)):
        said = " ".join(words[first:])
        if said.isdecimal():
            return float(said)
        if said in _numbers():
            return _numbers()[said]
    return None


@lru_cache(maxsize=1)
def _numbers() -> dict[str, float]:
    from allears.commands.numerals import ways_to_say

    known = {way: float(n) for n in range(200, -1, -1) for way in ways_to_say(n, "en")}
    return known | {"a": 1.0, "an": 1.0, "half an": 0.5, "half a": 0.5, "a couple of": 2.0, "one and a half": 1.5}
