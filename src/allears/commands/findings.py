"""What is found in a file of commands: errors, warnings, notes, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

__all__ = ["Finding", "Findings", "nearest"]

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing to know. `line` and `column` count from 1; 0 where nobody knows (JSON)."""

    level: Level
    message: str
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.level}: {self.message}" if place else f"{self.level}: {self.message}"


class Findings:
    """Collects findings; the same one is kept once."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(self, level: Level, message: str, text: object = "", column: int = 0) -> None:
        """Note a finding at the place of `text`, if it came from a YAML file; `column` is counted from its start."""
        file, line, start = getattr(text, "file", ""), getattr(text, "line", 0), getattr(text, "column", 0)
        self._found[Finding(level, message, file, line, start + column if line else column)] = None

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found, key=lambda finding: (finding.file, finding.line, finding.column)))

    @property
    def counts(self) -> Counter[str]:
        """Level -> how many."""
        return Counter(finding.level for finding in self._found)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or the known names if none is near."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}" if names else "; there are none"
