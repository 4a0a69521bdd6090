"""What `allears data check` found: counts, and findings with their place. A frozen value, for print or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

__all__ = ["CorpusCounts", "Finding", "Level", "Report"]

_SHOWN = 5  # findings of one kind that are printed; JSON has all


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"  # training would stop or be wrong
    WARNING = "warning"  # worth a look


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        level: how bad.
        kind: short name: `missing-file`, `speaker-leak`, ...
        where: `file:line`, or the path.
        text: what is wrong.
    """

    level: Level
    kind: str
    where: str
    text: str


@dataclass(frozen=True)
class CorpusCounts:
    """What there is under one path.

    Attributes:
        path: as given.
        reader: that read it.
        clips: split (or `-`) -> clips.
        hours: split -> hours; measured where the audio was read, else as the rows say.
        labels: label field -> split -> clips that carry it.
        values: label field -> number of different values.
    """

    path: str
    reader: str
    clips: Mapping[str, int]
    hours: Mapping[str, float]
    labels: Mapping[str, Mapping[str, int]]
    values: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """All counts and findings."""

    corpora: tuple[CorpusCounts, ...]
    findings: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """Findings of that level."""
        return sum(finding.level is level for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "errors": self.count(Level.ERROR),
            "warnings": self.count(Level.WARNING),
            "corpora": [asdict(corpus) for corpus in self.corpora],
            "findings": [asdict(finding) for finding in self.findings],
        }

    def to_text(self) -> str:
        """For people: counts, then findings by kind, the errors first."""
        lines = [line for corpus in self.corpora for line in _corpus_lines(corpus)]
        for level in Level:
            lines += _finding_lines([f for f in self.findings if f.level is level])
        lines.append(f"{self.count(Level.ERROR)} errors, {self.count(Level.WARNING)} warnings")
        return "\n".join(lines)


def _corpus_lines(corpus: CorpusCounts) -> Iterator[str]:
    splits = list(corpus.clips)
    yield f"{corpus.path} ({corpus.reader})"
    rows = [["", *splits, "values"], ["clips", *(f"{n:,}" for n in corpus.clips.values()), ""]]
    rows.append(["hours", *(f"{hours:.2f}" for hours in corpus.hours.values()), ""])
    for field, counts in corpus.labels.items():
        rows.append([field, *(f"{counts.get(split, 0):,}" for split in splits), f"{corpus.values[field]:,}"])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  " + "  ".join(cells).rstrip()
    yield ""


def _finding_lines(findings: list[Finding]) -> Iterator[str]:
    for kind in dict.fromkeys(finding.kind for finding in findings):
        same = [finding for finding in findings if finding.kind == kind]
        yield f"{same[0].level}: {kind} ({len(same):,})"
        yield from (f"  {finding.where}: {finding.text}" for finding in same[:_SHOWN])
        if len(same) > _SHOWN:
            yield f"  ... and {len(same) - _SHOWN:,} more (--json lists all)"
        yield ""
