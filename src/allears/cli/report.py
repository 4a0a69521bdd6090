"""Draw what a run did, as one page with pictures: curves, conflicts, gains, layers, and what a clip was heard by.

The page needs no other file and no network; its pictures lie beside it as PNG. More runs are seeds of the first, or are
compared with it. What the log does not hold is said to be absent, with what would put it there.
Needs the extras `allears[train,report]`.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from allears.cli import _exit

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "train,report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="run folders, the one to look at first; a folder of runs stands for all"
    )
    parser.add_argument(
        "--twins", nargs="+", default=[], metavar="DIR", help="single-task runs to compare with (of `allears twins`)"
    )
    parser.add_argument(
        "--ood",
        action="append",
        default=[],
        metavar="MANIFEST",
        help="measure the checkpoint there, too (repeatable)",
    )
    parser.add_argument("--clip", metavar="FILE", help="audio to explain: which frames and layers an answer came from")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the page (default: RUN/report.html)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON; no page unless --out is given")


def run(args: argparse.Namespace) -> int:
    """Read, measure, draw, and print where the page is."""
    from allears.report.build import build_sections
    from allears.report.material import collect
    from allears.report.write import report_json, write_report

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    material = collect(args.runs, twins=args.twins, ood=args.ood, clip=args.clip)
    sections = build_sections(material)
    if args.out or not args.json:
        out = args.out or material.run.path / "report.html"
        written = write_report(material, sections, out)
        if not args.json:
            print(written[0])
    if args.json:
        print(report_json(sections))
    return _exit.OK
