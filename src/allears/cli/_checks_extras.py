"""The extras of `allears doctor`: which of them are installed, and what is missing of the others.

In: what the package itself says it needs. Out: a finding; an extra that is not there is not wrong.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Mapping, Sequence

__all__ = ["extras", "missing_of"]

_NEED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([\w,-]+)\])?.*?;.*extra == ['\"]([\w-]+)['\"]")
_OURS = "allears"


def extras(lines: Sequence[str] | None = None) -> Mapping[str, tuple[str, ...]]:
    """Extra -> distributions it needs, those of the extras it stands for included.

    Args:
        lines: requirements as a package states them; those of the installed allears if None, none from a folder.
    """
    needs: dict[str, list[tuple[str, str]]] = {}
    for line in _lines() if lines is None else lines:
        if match := _NEED.match(line):
            needs.setdefault(match[3], []).append((match[1], match[2] or ""))
    return {extra: tuple(sorted(_closure(extra, needs, set()))) for extra in sorted(needs)}


def missing_of(needs: Sequence[str]) -> list[str]:
    """Those of some distributions that are not installed."""
    return [name for name in needs if not _is_installed(name)]


def _closure(extra: str, needs: Mapping[str, list[tuple[str, str]]], seen: set[str]) -> set[str]:
    if extra in seen:
        return set()
    seen.add(extra)
    found: set[str] = set()
    for name, inner in needs.get(extra, []):
        if name == _OURS:
            for other in inner.split(","):
                found |= _closure(other, needs, seen)
        else:
            found.add(name)
    return found


def _lines() -> Sequence[str]:
    try:
        return importlib.metadata.requires(_OURS) or []
    except importlib.metadata.PackageNotFoundError:  # run from its source folder
        return []


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
