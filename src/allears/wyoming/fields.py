"""Values in a message, checked: a text, a list of texts, a number. A wrong one is told to the client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["number", "optional_text", "text", "texts"]


def text(data: Mapping[str, Any], name: str, most: int) -> str:
    """A text of at most so many letters.

    Raises:
        ValueError: it is missing, none, or too long.
    """
    value = data.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, got {str(value)[:40]!r}")
    if len(value) > most:
        raise ValueError(f"{name} has {len(value)} letters; allowed: {most}; send less")
    return value


def optional_text(data: Mapping[str, Any], name: str, most: int = 200) -> str | None:
    """A text that may be left out.

    Raises:
        ValueError: it is none, or too long.
    """
    return None if data.get(name) is None else text(data, name, most)


def texts(data: Mapping[str, Any], name: str, most: int = 1000) -> tuple[str, ...]:
    """Texts; none if they are left out.

    Raises:
        ValueError: it is no list of texts, or too long.
    """
    value = data.get(name) or []
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name} must be a list of up to {most} texts, got {str(value)[:40]!r}")
    return tuple(value)


def number(data: Mapping[str, Any], name: str, allowed: range) -> int:
    """A whole number.

    Raises:
        ValueError: it is none, or outside of what is allowed.
    """
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise ValueError(f"{name} must be {allowed[0]} to {allowed[-1]}, got {str(value)[:40]!r}")
    return value
