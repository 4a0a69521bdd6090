"""Draw what a run did, as one page with pictures: curves, conflicts, gains, layers, and what a clip was heard by.

The page needs no other file and no network; its pictures lie beside it as PNG, its numbers as JSON. More runs are seeds
of the first, or are compared with it. What the log does not hold is said to be absent, with what would put it there.
Of a run that began with another model's weights the page says what moved, which layers still hear as they did, and
what was forgotten. With --before and --after it says that of models alone: MODEL is the folder of an exported model,
a run, what `allears adapt` left, the word base, or, after, an adapter.
Needs the extras `allears[train,report]`.

examples:
  allears report runs/first --clip talk.wav
  allears report runs/cs runs/nl
  allears report --before base --after cs --clips en/manifest.jsonl --clips cs/manifest.jsonl --split dev --out cs.html
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._outputs import write_atomic
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    from allears.report.adapted import Adaptation
    from allears.report.page import Section

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "train,report"
_CLIPS = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument(
        "runs", nargs="*", metavar="RUN", help="run folders, the one to look at first; a folder of runs stands for all"
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
    adapted = parser.add_argument_group("what became of a model")
    adapted.add_argument("--before", metavar="MODEL", help="the model as it was, instead of a run")
    adapted.add_argument("--after", action="append", default=[], metavar="MODEL",
                         help="what was made of it (repeatable, in order)")  # fmt: skip
    adapted.add_argument("--clips", action="append", default=[], type=Path, metavar="MANIFEST",
                         help="to compare layers on, and to measure models before and after (repeatable)")  # fmt: skip
    adapted.add_argument("--split", metavar="NAME", help="only clips of this split of them")
    adapted.add_argument("--limit", type=whole_number, default=_CLIPS, metavar="N",
                         help=f"at most so many clips of each (default: {_CLIPS})")  # fmt: skip
    adapted.add_argument("--task", action="extend", type=comma_list, metavar="NAME", help="measure only these tasks")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the page (default: RUN/report.html)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON; no page unless --out is given")


def run(args: argparse.Namespace) -> int:
    """Read, measure, draw, and print where the page is."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    _check(args)
    return _of_models(args) if args.before else _of_runs(args)


def _of_runs(args: argparse.Namespace) -> int:
    from allears.report.adapted import of_runs
    from allears.report.build import build_sections
    from allears.report.material import collect
    from allears.report.write import report_json, write_report

    asked = _adaptation(args)
    material = collect(
        args.runs, twins=args.twins, ood=args.ood, clip=args.clip, adapted=lambda runs: of_runs(runs, asked, _tell)
    )
    sections = build_sections(material)
    if args.out or not args.json:
        out = args.out or material.run.path / "report.html"
        written = write_report(material, sections, out)
        _finish(written[0], sections, args.json)
    if args.json:
        print(report_json(sections))
    return _exit.OK


def _of_models(args: argparse.Namespace) -> int:
    """Without torch, if the models are exported ones."""
    from allears.report.adapted import of_models, transfer_sections
    from allears.report.write import report_json, write_page

    transfer = of_models(_adaptation(args), _tell)
    sections = transfer_sections(transfer)
    if args.out or not args.json:
        names = [transfer.before.name, *(stage.name for stage in transfer.after)]
        written = write_page(" → ".join(names), [], sections, args.out or Path("report.html"))
        _finish(written[0], sections, args.json)
    if args.json:
        print(report_json(sections))
    return _exit.OK


def _finish(page: Path, sections: list[Section], is_json: bool) -> None:
    """The numbers beside the page, and its name to the user."""
    from allears.report.write import report_json

    write_atomic(page.with_name(f"{page.stem}-numbers.json"), report_json(sections) + "\n")
    if not is_json:
        print(page)


def _adaptation(args: argparse.Namespace) -> Adaptation:
    from allears.report.adapted import Adaptation

    tasks = tuple(args.task) if args.task else None
    return Adaptation(args.before, tuple(args.after), tuple(args.clips), args.split, args.limit, tasks)


def _check(args: argparse.Namespace) -> None:
    if bool(args.before) is not bool(args.after):
        raise ValueError("--before and --after go together: give the model as it was, and what was made of it")
    if bool(args.runs) is bool(args.before):
        raise ValueError("give runs, or models with --before and --after, and not both: allears report runs/first")
    if args.before and (args.twins or args.ood or args.clip):
        raise ValueError("--twins, --ood and --clip are about a run: leave them out beside --before and --after")
    if not args.clips and (args.split or args.task):
        raise ValueError("--split and --task are about the clips of --clips MANIFEST: give some, or leave them out")
    if args.task and args.runs:
        raise ValueError("--task is for --before and --after: what a run forgot is read from what allears adapt left")


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
