"""Slots of a sentence as character offsets, from the notations that corpora use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["slots_of_brackets", "slots_of_parts", "slots_of_tags"]

_BRACKET = re.compile(r"\[\s*([^:\]]+?)\s*:\s*([^\]]*?)\s*\]")


def slots_of_tags(tokens: Sequence[str], tags: Sequence[str]) -> list[dict[str, Any]]:
    """BIO tags -> slots; offsets are into the tokens joined by one space. An I- without its B- begins a slot.

    Raises:
        ValueError: not one tag a token.
    """
    if len(tokens) != len(tags):
        raise ValueError(f"{len(tokens)} tokens and {len(tags)} tags: one tag a token is needed")
    slots: list[dict[str, Any]] = []
    start, open_name = 0, ""
    for token, tag in zip(tokens, tags, strict=True):
        kind, _, name = tag.partition("-")
        if kind == "I" and name == open_name:
            slots[-1]["value"] += f" {token}"
            slots[-1]["end"] = start + len(token)
        elif kind in ("B", "I"):
            slots.append({"slot": name, "value": token, "start": start, "end": start + len(token)})
        open_name = name
        start += len(token) + 1
    return slots


def slots_of_brackets(annotation: str) -> tuple[str, list[dict[str, Any]]]:
    """`wake me at [time : nine am]` -> the text without brackets, and the slots in it."""
    return slots_of_parts(_pieces(annotation))


def slots_of_parts(parts: Sequence[tuple[str, str | None]]) -> tuple[str, list[dict[str, Any]]]:
    """(text, slot or None) one after another -> the whole text, and the slots in it."""
    text, slots = "", []
    for part, name in parts:
        if name:
            slots.append({"slot": name, "value": part, "start": len(text), "end": len(text) + len(part)})
        text += part
    return text, slots


def _pieces(annotation: str) -> list[tuple[str, str | None]]:
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for match in _BRACKET.finditer(annotation):
        pieces += [(annotation[at : match.start()], None), (match[2], match[1])]
        at = match.end()
    return [*pieces, (annotation[at:], None)]
