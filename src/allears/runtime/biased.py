"""What a session may be told to expect; what reads it is imported only then.

In: hotwords and a domain as a user gives them. Out: `Biasing`, or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allears.biasing.biasing import Biasing

__all__ = ["DOMAIN", "HotwordSource", "biasing_of"]

DOMAIN = "domain"  # the answer that `auto` adds; a model's own task of that name is heard instead

HotwordSource = str | Path | Iterable[str] | Mapping[str, float]
"""A file's path, phrases, or phrases with weights."""


def biasing_of(hotwords: HotwordSource | None, domain: str | Path | None) -> Biasing | None:
    """What is expected; None if nothing is.

    Raises:
        ValueError: hotwords or a domain that cannot be used.
        OSError: a file cannot be read.
    """
    if hotwords is None and domain is None:
        return None
    from allears.biasing.biasing import Biasing

    return Biasing(hotwords, domain)
