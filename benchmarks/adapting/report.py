"""Tables and a picture of what `run.py` has finished: python benchmarks/adapting/report.py WORK [--into FILE]

Without `--into`, the tables are printed or written to `--out`; with it, they stand between `<!-- adapting -->` and
`<!-- /adapting -->`. `--picture FILE.png` draws error against minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapting.picture import draw
from adapting.table import cells_of, render
from common.run import leave, progress, write_or_print
from common.trained import read_all
from report import insert

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Print, write, draw."""
    parser = argparse.ArgumentParser(description=str(__doc__).split(":")[0])
    parser.add_argument("work", type=Path, help="the folder that run.py was given with --work")
    parser.add_argument("--out", type=Path, help="Markdown file to write; standard output if left out")
    parser.add_argument("--into", type=Path, metavar="FILE", help="put the tables between the markers in this document")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="PNG to draw")
    args = parser.parse_args(argv)
    cells = cells_of(read_all(args.work))
    text = render(cells)
    if args.into is not None:
        write_or_print(insert(args.into.read_text(encoding="utf-8"), "adapting", text).rstrip("\n"), args.into)
    else:
        write_or_print(text, args.out)
    if args.picture is not None:
        draw(cells, args.picture)
        progress(f"drawn: {args.picture}")
    return 0


if __name__ == "__main__":
    leave(main)
