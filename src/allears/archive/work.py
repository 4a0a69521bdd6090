"""What an engine is given, and what it is: something that has items heard by several workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from allears.archive.hearer import OpenSession, Outcome, SessionOptions
from allears.archive.items import Item

__all__ = ["Engine", "Work"]


@dataclass(frozen=True)
class Work:
    """See the module.

    Attributes:
        items: to be heard.
        folder: of the outputs, which every worker can write to.
        options: of the sessions.
        num_workers: sessions at the same time.
        address: of a cluster; None for this machine.
        open_session: opens a session.
    """

    items: Sequence[Item]
    folder: str
    options: SessionOptions
    num_workers: int
    address: str | None = None
    open_session: OpenSession = SessionOptions.open


Engine = Callable[[Work], Iterator[Outcome]]
"""Outcomes in any order, each item's once; an item that kills its worker again and again fails."""
