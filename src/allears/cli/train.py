"""Train a model from a recipe, or go on with a run.

Several processes train together under `torchrun --nproc-per-node N -m allears train RECIPE`, see docs/distributed.md.
A run leaves a folder: the resolved recipe, log.jsonl, checkpoints. Ctrl-C and SIGTERM finish the step and save; the
same command with --resume goes on and gives the same numbers to the last bit. Needs the extra `allears[train]`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from allears.cli import _exit
from allears.cli._overrides import add_set

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("recipe", help="a YAML file, see docs/config.md")
    add_set(parser)
    parser.add_argument("--out", metavar="DIR", help="folder of the run; default: runs/NAME, NAME from the recipe")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint in that folder")
    parser.add_argument("-v", "--verbose", action="store_true", help="log what is built, too")


def run(args: argparse.Namespace) -> int:
    """Train. 0: all steps are done; 128 + signal: stopped and saved."""
    from allears.config.load import load_recipe
    from allears.train.run import run_recipe

    logging.basicConfig(level=logging.INFO if args.verbose else logging.WARNING, format="%(levelname)s %(message)s")
    is_first = os.environ.get("RANK", "0") == "0"  # of the processes of torchrun; what all would say, it says alone
    if not is_first:
        logging.getLogger("allears").setLevel(logging.ERROR)
        logging.getLogger("allears.data").setLevel(logging.WARNING)  # of its own clips
    recipe = load_recipe(args.recipe, args.overrides)
    folder = Path(args.out) if args.out else Path("runs") / recipe.name
    outcome = run_recipe(recipe, folder, is_resumed=args.resume)
    if outcome.is_finished:
        if is_first:
            print(folder)
        return _exit.OK
    changed = "".join(f" --set {override}" for override in args.overrides)
    if not is_first:
        return 128 + (outcome.signal_number or 0)
    print(
        f"stopped after step {outcome.step} and saved; go on with:\n"
        f"  {_program()} train {args.recipe}{changed} --out {folder} --resume",
        file=sys.stderr,
    )
    return 128 + (outcome.signal_number or 0)


def _program() -> str:
    """How this process was started: as the command, or by torchrun."""
    if os.environ.get("WORLD_SIZE", "1") == "1":
        return "allears"
    return f"torchrun --nproc-per-node {os.environ.get('LOCAL_WORLD_SIZE', 'N')} -m allears"
