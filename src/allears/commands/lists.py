"""Lists of a grammar: texts with what they stand for, ranges of numbers, and free words.

In: `{"values": [...]}`, `{"range": {"from": 0, "to": 100}}` or `{"wildcard": true}`. Out: a part that spells a value
and marks what it is. Plain values share their beginnings (a tree); those with template syntax stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allears.commands.findings import Findings, nearest
from allears.commands.items import Alternatives, AnyWords, Item, Row, Tree, Value
from allears.commands.numerals import ways_to_say
from allears.commands.templates import Lookup, TemplateError, is_plain, read_template
from allears.commands.wording import as_said

__all__ = ["FREE", "number_range", "read_list"]

FREE = AnyWords()
_KINDS = ("values", "range", "wildcard")
_RANGE_KEYS = (
    "type", "from", "to", "step", "multiplier", "fractions", "digits", "words", "words_language",
)  # fmt: skip
_FRACTIONS = {None: (), "halves": (0.5,), "tenths": tuple(i / 10 for i in range(1, 10))}
_MAX_NUMBERS = 100_000


def read_list(name: str, data: Any, lookup: Lookup, language: str, findings: Findings) -> Item:
    """The part of a list; what is wrong with it goes into the findings."""
    if not isinstance(data, Mapping) or not any(key in data for key in _KINDS):
        findings.add("error", f"the list {name!r} needs `values:`, `range:` or `wildcard: true`, got {data!r}", name)
        return FREE
    if "values" in data:
        return _texts(name, data["values"] or (), lookup, language, findings)
    if "range" in data:
        return _range(name, data["range"], language, findings)
    return FREE


def _texts(name: str, values: Any, lookup: Lookup, language: str, findings: Findings) -> Item:
    tree, templates = Tree(), []
    for given in values:
        value = given if isinstance(given, Mapping) else {"in": given}
        if "in" not in value:
            findings.add("error", f"a value of the list {name!r} has no `in`: {given!r}", name)
            continue
        text = value["in"] if isinstance(value["in"], str) else _yaml_text(value["in"])
        weight = _weight(value.get("weight", 1.0), text, findings)
        mark = Value(value.get("out", text), weight, value.get("context"))
        if is_plain(text):
            said = as_said(text, language)
            if said:
                tree.add(said, mark)
            else:
                findings.add("error", f"the value {given!r} of the list {name!r} has no words", text)
            continue
        try:
            templates.append(Row((read_template(text, lookup, language), mark)))
        except TemplateError as error:
            findings.add("error", str(error), text, error.column)
    if not (tree.branches or templates):
        findings.add("warning", f"the list {name!r} has no values: sentences with it cannot be said", name)
    return Alternatives((tree, *templates)) if templates else tree


def _yaml_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _weight(given: Any, text: object, findings: Findings) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and given > 0:
        return float(given)
    findings.add("error", f"a weight must be a number above 0, got {given!r}: 1 is usual, 2 twice as likely", text)
    return 1.0


def _range(name: str, data: Any, language: str, findings: Findings) -> Item:
    if not isinstance(data, Mapping):
        findings.add("error", f"the range of the list {name!r} needs `from:` and `to:`, got {data!r}", name)
        return FREE
    for key in data:
        if key not in _RANGE_KEYS:
            findings.add("warning", f"{key!r} of the range {name!r} is not known{nearest(key, _RANGE_KEYS)}", key)
    if data.get("fractions") not in _FRACTIONS:
        findings.add("error", f"the fractions of {name!r} are `halves` or `tenths`, got {data['fractions']!r}", name)
        return FREE
    try:
        numbers = (int(data["from"]), int(data["to"]), int(data.get("step", 1)))
        return number_range(
            *numbers,
            language=str(data.get("words_language") or language),
            multiplier=data.get("multiplier"),
            fractions=_FRACTIONS[data.get("fractions")],
        )
    except (KeyError, TypeError, ValueError) as error:
        findings.add("error", f"the range of the list {name!r} is not one ({error}): {dict(data)!r}", name)
        return FREE


def number_range(
    start: int,
    stop: int,
    step: int = 1,
    *,
    language: str,
    multiplier: float | None = None,
    fractions: tuple[float, ...] = (),
) -> Tree:
    """Numbers from `start` to `stop`, both included, in all the ways they are said.

    Raises:
        ValueError: no number in it, too many, or a language whose number words are not known.
    """
    if start > stop or step < 1:
        raise ValueError(f"from {start} to {stop} in steps of {step} has no numbers: from <= to, step >= 1")
    if (stop - start) // step * (1 + len(fractions)) > _MAX_NUMBERS:
        raise ValueError(f"from {start} to {stop} has more than {_MAX_NUMBERS} numbers: take a larger step")
    tree = Tree()
    for number in _numbers(start, stop, step, fractions):
        ways = ways_to_say(number, language)
        if not ways:
            raise ValueError(f"the number words of the language {language!r} are not known: set `words_language`")
        value = number if multiplier is None else number * multiplier
        mark = Value(int(value) if float(value).is_integer() else value)
        for way in ways:
            tree.add(way, mark)
    return tree


def _numbers(start: int, stop: int, step: int, fractions: tuple[float, ...]) -> Iterator[int | float]:
    for number in range(start, stop + 1, step):
        yield number
        yield from (number + fraction for fraction in fractions)
