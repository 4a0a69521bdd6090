"""Tables of what `run.py` has finished, as Markdown: python benchmarks/voice_sharing/report.py WORK [--out FILE]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from common.run import leave, write_or_print
from common.trained import read_all
from voice_sharing.plan import ALL, METHODS

__all__ = ["Cells", "cells_of", "main", "render"]

MEASURES = (
    ("mcd_db", "Spectrum: mel-cepstral distortion, dB", 1.0, 2),
    ("f0_cents", "Pitch: error of F0, cents", 1.0, 0),
    ("voicing_error", "Voicing: frames that are wrong, %", 100.0, 1),
    ("duration_ms", "Timing: error of a phone's duration, ms", 1.0, 1),
    ("phone_error", "Pronunciation: phone error of unseen words, %", 100.0, 1),
)

Cells = Mapping[tuple[str, float], Mapping[str, Sequence[Mapping[str, float | None]]]]
"""(dialect, minutes) -> method -> scores, one a seed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print or write."""
    parser = argparse.ArgumentParser(description=str(__doc__).split(":")[0])
    parser.add_argument("work", type=Path, help="the folder that run.py was given with --work")
    parser.add_argument("--out", type=Path, help="Markdown file to write; standard output if left out")
    args = parser.parse_args(argv)
    text = render(cells_of(read_all(args.work)))
    write_or_print(text, args.out)
    return 0


def cells_of(results: Iterable[Mapping[str, Any]]) -> Cells:
    """Finished runs by what they are about."""
    found: dict[tuple[str, float], dict[str, list[Mapping[str, float | None]]]] = {}
    for result in results:
        for dialect, scores in result["measured"].items():
            found.setdefault((dialect, result["minutes"]), {}).setdefault(result["method"], []).append(scores)
    return found


def render(cells: Cells) -> str:
    """A table a measure: cells as rows, methods as columns; the best of a row is bold.

    Raises:
        ValueError: nothing is finished.
    """
    if not cells:
        raise ValueError("no run is finished: start benchmarks/voice_sharing/run.py")
    methods = [method for method in METHODS if any(method in row for row in cells.values())]
    parts = []
    for key, title, scale, digits in MEASURES:
        columns = ["dialect", "minutes", *methods]
        lines = [f"**{title}** (lower is better)", "", _line(columns), _line(["---"] * len(columns))]
        for (dialect, minutes), row in sorted(cells.items(), key=lambda cell: (cell[0][0], cell[0][1] or float("inf"))):
            values = [_mean(row.get(method, ()), key) for method in methods]
            told = "all" if minutes == ALL else f"{minutes:g}"
            lines.append(_line([dialect, told, *_texts(values, scale, digits)]))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _mean(scores: Sequence[Mapping[str, float | None]], key: str) -> float | None:
    known = [value for one in scores if (value := one.get(key)) is not None]
    return sum(known) / len(known) if known else None


def _texts(values: Sequence[float | None], scale: float, digits: int) -> list[str]:
    known = [value for value in values if value is not None]
    best = min(known) if len(known) > 1 else None
    texts = ["-" if value is None else f"{scale * value:.{digits}f}" for value in values]
    pairs = zip(texts, values, strict=True)
    return [f"**{text}**" if best is not None and value == best else text for text, value in pairs]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    leave(main)
