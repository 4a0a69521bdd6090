"""The parts a page is made of, before any HTML. In: what the sections found. Out: frozen values that know no format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Missing", "Picture", "Section", "Table"]


@dataclass(frozen=True)
class Picture:
    """One drawing, twice.

    Attributes:
        name: of its file.
        title: a few words above it.
        alt: what it shows, for those who cannot see it.
        svg: for the page; its colours are CSS variables, so that it follows light and dark.
        png: for slides and papers, on white.
    """

    name: str
    title: str
    alt: str
    svg: str
    png: bytes


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; cells that start with a digit or a sign are set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""


@dataclass(frozen=True)
class Missing:
    """Something the page could show. `how`: what puts it there."""

    what: str
    how: str


@dataclass(frozen=True)
class Section:
    """One part of the page.

    Attributes:
        name: its anchor.
        title: a few words.
        says: what the pictures mean, one sentence each, made of the numbers.
        alarms: what somebody should act on.
        pictures, tables: what is shown.
        missing: what is not.
        data: the same as plain numbers, for `--json`.
    """

    name: str
    title: str
    says: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    missing: tuple[Missing, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
