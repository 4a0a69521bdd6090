"""Adapt a model to a language, an accent, a room or new classes, and see what that costs the tasks it had.

MODEL is the folder of an exported model, a run folder or a checkpoint, or the word base for the model that comes with
allears. RECIPE is a YAML file (docs/adapt.md, docs/config.md); what it leaves out is taken from the model. Without one,
--data and --task make it. New tasks are measured before and after, and with --old the old ones, too. If one of those
loses more than its --budget, nothing is kept and the exit code is 4, unless --force is given.

In OUT are left: run (the training run, which allears export makes a model of), report.json, and adapter.npz, which
hear --adapter puts on. Needs the extra allears[train].

With MODEL voice it is a speaking model that learns: a new voice or dialect, from minutes of recordings with their text
(docs/voice-training.md). In OUT is left voice, a folder for say --model.

examples:
  allears adapt base --data cs/manifest.jsonl --task transcribe --method lora --out runs/cs
  allears adapt base recipes/adapt/fillets-cs.yaml --old en/manifest.jsonl --budget wer=0.3 --out runs/cs --keep-as cs
  allears hear clip.wav --adapter cs=cs
  allears adapt voice my-voice/manifest.jsonl --from runs/voice --folder voice-model --name me --dialect en-GB --out me
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allears.cli import _exit
from allears.cli._adapt_voice import VOICE, add_voice_arguments, run_voice
from allears.cli._overrides import add_set
from allears.cli._rows import Cell, Row
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    from allears.transfer.adapting.budget import Row as Score
    from allears.transfer.adapting.run import Adapted

__all__ = ["add_arguments", "run"]

_METHODS = ("lora", "frozen", "partial", "gradual", "adapters", "full")
_STEPS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("model", metavar="MODEL", help="model folder, run folder, checkpoint, base, or voice")
    parser.add_argument("recipe", nargs="?", type=Path, metavar="RECIPE", help="a YAML file")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the results")
    made = parser.add_argument_group("without a recipe")
    made.add_argument("--data", type=Path, metavar="MANIFEST", help="clips: split train to learn from, dev to measure")
    made.add_argument("--task", action="extend", type=comma_list, metavar="NAME", help="tasks that learn")
    made.add_argument("--method", choices=_METHODS, help="which weights learn (default: lora)")
    made.add_argument("--steps", type=whole_number, metavar="N", help=f"of training (default: {_STEPS})")
    made.add_argument("--replay", type=Path, metavar="MANIFEST", help="old clips to rehearse among the new ones")
    old = parser.add_argument_group("what the model had")
    old.add_argument("--old", type=Path, metavar="MANIFEST", help="clips that the old tasks are measured on")
    old.add_argument("--old-split", metavar="NAME", help="only clips of this split of them")
    old.add_argument("--old-task", action="extend", type=comma_list, metavar="NAME", help="only these old tasks")
    old.add_argument("--old-limit", type=whole_number, metavar="N", help="at most so many clips of them")
    old.add_argument(
        "--budget", default="", metavar="NAME=POINTS,...",
        help="points a task or metric may lose, wer=0.5,emotion=1.0 (default: 1 of each old task's first metric)",
    )  # fmt: skip
    old.add_argument("--force", action="store_true", help="keep what was learned whatever the old tasks lost")
    add_set(parser)
    add_voice_arguments(parser)
    parser.add_argument("--keep-as", metavar="NAME", help="copy the adapter to your adapters, for hear --adapter NAME")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Adapt and print. 0: kept; 4: refused; 1: stopped before the end."""
    if args.model == VOICE:
        return run_voice(args)
    from allears.runtime.model_folder import model_or_run
    from allears.transfer.adapting.budget import read_budgets
    from allears.transfer.adapting.run import Old, adapt

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if not args.old and (args.old_split or args.old_task or args.old_limit or args.budget):
        raise ValueError("--old-split, --old-task, --old-limit, --budget are about old tasks: give clips with --old")
    budgets = read_budgets(args.budget)
    old = None
    if args.old:
        tasks = tuple(args.old_task) if args.old_task else None
        old = Old(args.old, args.old_split, tasks, args.old_limit, budgets)
    done = adapt(
        model_or_run(args.model), _settings(args), args.out, old=old, is_forced=args.force,
        is_growing=args.recipe is None,
        tell=lambda line: print(line, file=sys.stderr),
    )  # fmt: skip
    if not done.is_finished:
        print(f"stopped after step {done.num_steps}; the run is in {done.run}", file=sys.stderr)
        return _exit.FAILED
    kept = _keep(done, args.keep_as)
    if args.json:
        print(json.dumps({**asdict(done), "kept_as": kept}, indent=2))
    else:
        _print(done, kept)
    return _exit.REFUSED if done.is_refused else _exit.OK


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    """Of the recipe, or of one made from the options."""
    from allears.config.load import override, parse_settings
    from allears.transfer.adapting.recipe import make_recipe

    own = {"--data": args.data, "--task": args.task, "--replay": args.replay}
    if args.recipe is not None:
        if given := [name for name, value in {**own, "--method": args.method, "--steps": args.steps}.items() if value]:
            raise ValueError(f"{', '.join(given)}: the recipe says it; change it with --set (adapt.method=full)")
        if not args.recipe.is_file():
            raise ValueError(f"no recipe at {args.recipe}: give a YAML file, or --data and --task without one")
        settings = parse_settings(args.recipe.read_text(encoding="utf-8"), str(args.recipe))
    else:
        if args.data is None or not args.task:
            raise ValueError("give a recipe, or --data MANIFEST and --task NAME to have one made")
        settings = make_recipe(
            args.data, args.task, args.method or "lora", num_steps=args.steps or _STEPS, replay=args.replay
        )
    for text in args.overrides:
        override(settings, text)
    return settings


def _keep(done: Adapted, name: str | None) -> str | None:
    """Copy the adapter into the user's folder under that name; None if there is nothing to copy, or no name."""
    if name is None or done.adapter is None:
        return None
    from allears.runtime.adapters import SUFFIX
    from allears.user_data import file_name, private_file, user_folder

    path = user_folder("adapters") / file_name(name, SUFFIX)
    with open(done.adapter, "rb") as source, private_file(path) as target:
        shutil.copyfileobj(source, target)
    return str(path)


def _print(done: Adapted, kept: str | None) -> None:
    from allears.cli._table import print_table

    rows = [Row(f"{row.kind} {row.task} {row.metric}", (Cell(_told(row), row.is_lost),), "lines") for row in done.rows]
    print_table(f"adapted in {done.num_steps} steps", rows)
    if done.is_refused:
        print("an old task lost more than it may: nothing was kept (--force keeps it)", file=sys.stderr)
    elif done.adapter is None:
        print(f"the run is in {done.run}; allears export {done.run} --out DIR makes a model of it")
    else:
        also = f", also as {kept}" if kept else ""
        print(f"{done.adapter}: {done.num_bytes / 1e6:.1f} MB{also}")


def _told(row: Score) -> str:
    """`12.31 -> 11.02, 1.29 points better (may lose 0.5)`"""
    before, after = ("-" if value is None else f"{value:.4f}" for value in (row.before, row.after))
    change = "" if row.points is None else f", {abs(row.points):.2f} points {'better' if row.points >= 0 else 'worse'}"
    budget = "" if row.budget is None else f" (may lose {row.budget:g})"
    return f"{before} -> {after}{change}{budget}{': too much' if row.is_lost else ''}"
