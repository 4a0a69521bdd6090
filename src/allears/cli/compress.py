"""Make a model smaller, and see for each task what that costs.

MODEL is the folder of an exported model, a run folder or a checkpoint, or the word base for the model that comes with
allears. Methods: magnitude, structured (attention heads, columns, layers), distil (a smaller encoder of the same
family), int4-weights, int8-static, int8-dynamic, int4-storage, float16-storage; without --methods --target-mb chooses.
With clips (--measure), every task is measured before and after each step, parts of the model that a task cannot do
without stay as they are, and if a task loses more than its --budget nothing is kept and the exit code is 4, unless
--force is given.

OUT is a model folder, with compress.json and, where allears[report] is installed, a page of pictures beside its files.
Needs the extra allears[train]. docs/compress.md tells more.

examples:
  allears compress runs/mine --out models/small --target-mb 30 --measure dev.jsonl --budget wer=0.5,emotion=1.0
  allears compress base --out models/int4 --methods int4-weights,int8-dynamic --measure dev.jsonl --clips 40
  allears compress base --out models/half --methods structured:heads=0.5:columns=0.5,int8-dynamic --recover mend.yaml
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allears.cli import _exit
from allears.cli._outputs import write_atomic
from allears.cli._overrides import add_set
from allears.cli._rows import Cell, Row
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    from allears.compress.losses import Loss
    from allears.compress.run import Compressed, Recovery, Stage, Wanted

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "train"
_CLIPS = 60
_REPORT, _PAGE = "compress.json", "compress.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("model", metavar="MODEL", help="model folder, run folder, checkpoint, or base")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="model folder to write")
    parser.add_argument("--target-mb", type=float, metavar="MB", help="million bytes that the folder may have")
    parser.add_argument(
        "--budget", default="", metavar="NAME=POINTS,...",
        help="points a task or metric may lose, wer=0.5,emotion=1.0 (default: 1 of each task's first metric)",
    )  # fmt: skip
    parser.add_argument(
        "--methods", metavar="NAME[:KEY=VALUE]...,...",
        help="in this order, with options: structured:heads=0.5:layers=2,int8-dynamic (default: by --target-mb)",
    )  # fmt: skip
    measure = parser.add_argument_group("clips")
    measure.add_argument("--measure", type=Path, metavar="MANIFEST", help="to measure tasks on and to calibrate with")
    measure.add_argument("--split", metavar="NAME", help="only clips of this split")
    measure.add_argument("--clips", type=whole_number, default=_CLIPS, metavar="N",
                         help=f"at most so many, evenly spread (default: {_CLIPS})")  # fmt: skip
    measure.add_argument("--quick", action="store_true", help="do not try every part alone")
    parts = parser.add_argument_group("what becomes of it")
    parts.add_argument(
        "--without", action="extend", type=comma_list, default=[], metavar="TASK", help="leave tasks out"
    )
    parts.add_argument("--rename", action="extend", type=comma_list, default=[], metavar="TASK=NAME",
                       help="call a task otherwise: ctc=transcribe")  # fmt: skip
    parts.add_argument("--name", metavar="NAME", help="what the smaller model is called (default: as the larger one)")
    parts.add_argument("--recover", type=Path, metavar="RECIPE", help="train it again once its shapes have changed")
    parts.add_argument("--force", action="store_true", help="keep what was made whatever tasks lost")
    add_set(parts)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Compress and print. 0: kept; 1: kept, but larger than asked for; 4: refused."""
    from allears.compress.run import compress
    from allears.runtime.model_folder import model_or_run
    from allears.scoring.folder import read_clips

    wanted = _wanted(args)
    if args.split and not args.measure:
        raise ValueError("--split is of the clips to measure on: give them with --measure MANIFEST")
    clips = read_clips(args.measure, split=args.split, limit=args.clips) if args.measure else []
    if not clips:
        print("nothing is measured: give clips with --measure MANIFEST to see what tasks lose", file=sys.stderr)
    done = compress(
        model_or_run(args.model), args.out, wanted, clips, is_forced=args.force,
        tell=lambda line: print(line, file=sys.stderr),
    )  # fmt: skip
    _write(done, args.out)
    if args.json:
        print(json.dumps(asdict(done), indent=2))
    else:
        _print(done)
    return _exit.REFUSED if done.is_refused else _exit.FAILED if done.is_too_large else _exit.OK


def _wanted(args: argparse.Namespace) -> Wanted:
    from allears.compress.plan import read_methods
    from allears.compress.run import Wanted
    from allears.transfer.adapting.budget import read_budgets

    if args.target_mb is not None and not args.target_mb > 0:
        raise ValueError(f"--target-mb is {args.target_mb}: give million bytes, above 0")
    return Wanted(
        args.target_mb,
        read_budgets(args.budget),
        None if args.methods is None else read_methods(args.methods),
        _recovery(args),
        tuple(args.without),
        dict(_pair(text) for text in args.rename),
        args.name,
        has_table=not args.quick,
    )


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise ValueError(f"--rename has {text!r}: give the old and the new name, as in ctc=transcribe")
    return old, new


def _recovery(args: argparse.Namespace) -> Recovery | None:
    from allears.compress.run import Recovery
    from allears.config.load import override, parse_settings

    if args.recover is None:
        if args.overrides:
            raise ValueError("--set changes the recipe of --recover, and none was given: give one, or leave it out")
        return None
    if not args.recover.is_file():
        raise ValueError(f"no recipe at {args.recover}: give a YAML file, or leave --recover out")
    settings: dict[str, Any] = parse_settings(args.recover.read_text(encoding="utf-8"), str(args.recover))
    for text in args.overrides:
        override(settings, text)
    return Recovery(settings, args.out.with_name(args.out.name + ".recovery"))


def _write(done: Compressed, out: Path) -> None:
    """The report and, where its libraries are, the page; nothing if nothing was kept."""
    if done.is_refused:
        return
    write_atomic(out / _REPORT, json.dumps(asdict(done), indent=2) + "\n")
    if not done.rows:
        return
    if importlib.util.find_spec("matplotlib") is None or importlib.util.find_spec("jinja2") is None:
        logging.getLogger(__name__).warning("no page of pictures: pip install 'allears[report]'")
        return
    from allears.compress.page import write_compressed

    write_compressed(done, out / _PAGE)


def _print(done: Compressed) -> None:
    from allears.cli._table import print_table

    rows = [Row(stage.name, (Cell(_cost(stage)),), "lines") for stage in done.stages]
    rows += [Row(f"{row.task} {row.metric}", (Cell(_told(row), row.is_broken),), "lines") for row in done.rows]
    kept = [(stage.name, one) for stage in done.stages for one in stage.units if one.reason]
    rows += [Row(f"not {name}", (Cell(f"{one.unit}: {one.reason}"),), "lines") for name, one in kept]
    print_table(f"{Path(done.model).name}, compressed", rows)
    if done.is_refused:
        print("a task lost more than it may: nothing was kept (--force keeps it)", file=sys.stderr)
    elif done.is_too_large:
        print(f"{done.out} is larger than {done.target_mb:g} MB: see docs/compress.md for what is left to do",
              file=sys.stderr)  # fmt: skip


def _cost(stage: Stage) -> str:
    """`81.2 MB, 0.103 s a second of sound, 430 MB of memory`"""
    parts = [f"{stage.num_bytes / 1e6:.1f} MB"]
    if stage.real_time_factor is not None:
        parts.append(f"{stage.real_time_factor:.3f} s a second of sound")
    if stage.peak_mb is not None:
        parts.append(f"{stage.peak_mb:.0f} MB of memory")
    return ", ".join(parts)


def _told(row: Loss) -> str:
    """`96.00 -> 95.20, 0.80 points worse (may lose 1)`"""
    before, after = ("-" if value is None else f"{100 * value:.2f}" for value in (row.before, row.after))
    change = "" if row.points is None else f", {abs(row.points):.2f} points {'better' if row.points >= 0 else 'worse'}"
    budget = "" if row.budget is None else f" (may lose {row.budget:g})"
    return f"{before} -> {after}{change}{budget}{': too much' if row.is_broken else ''}"
