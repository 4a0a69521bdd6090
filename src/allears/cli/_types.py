"""What an option's text must be, for argparse: a wrong one ends the command with code 2 before any work."""

from __future__ import annotations

import argparse
import difflib

__all__ = ["comma_list", "language", "language_list", "whole_number"]


def comma_list(text: str) -> list[str]:
    """`a,b` -> its parts, at least one."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise argparse.ArgumentTypeError(f"needs at least one name, got {text!r}")
    return parts


def whole_number(text: str) -> int:
    """A count from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, got {text!r}")
    return int(text)


def language(text: str) -> str:
    """A language tag that the default vocabulary knows, such as `en` or `fr-CA`."""
    from allears.vocabulary import LANGUAGES, base_language

    if base_language(text) in LANGUAGES:
        return text
    near = difflib.get_close_matches(base_language(text), LANGUAGES, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise argparse.ArgumentTypeError(
        f"unknown language {text!r}: use a code such as en, de or fr-CA (`allears info` lists all){hint}"
    )


def language_list(text: str) -> list[str]:
    """`en,fr` -> language tags, each known."""
    return [language(part) for part in comma_list(text)]
