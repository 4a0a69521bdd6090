"""Train the single-task twins of a recipe: the same data and steps, one task each, with several seeds.

`allears report RUN --twins DIR` then tells what each task gained or lost by being trained with the others. Finished
runs are skipped and begun ones go on, so the same command can be given again. Needs the extra `allears[train]`.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from allears.cli import _exit
from allears.cli._overrides import add_set

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("recipe", help="a YAML file with several tasks")
    add_set(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="runs go to DIR/TASK/seed-N")
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0], metavar="N", help="one run a task each (default: 0)"
    )
    parser.add_argument("--tasks", nargs="+", default=[], metavar="TASK", help="only these (default: all)")
    parser.add_argument("--joint", action="store_true", help="also train all tasks together, into DIR/joint/seed-N")


def run(args: argparse.Namespace) -> int:
    """Train and print the folders. 1: stopped before all were done."""
    from allears.config.load import load_recipe
    from allears.report.twins import plan_twins, train_twins

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("allears.report.twins").setLevel(logging.INFO)
    recipe = load_recipe(args.recipe, args.overrides)
    planned = plan_twins(recipe, args.out, args.seeds, tasks=args.tasks, is_joint=args.joint)
    done = train_twins(planned)
    for twin in done:
        print(twin.path)
    if len(done) < len(planned):
        print(f"{len(done)} of {len(planned)} runs are done; the same command goes on", file=sys.stderr)
        return _exit.FAILED
    return _exit.OK
