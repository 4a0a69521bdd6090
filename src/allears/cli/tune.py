"""Search for the best settings of a recipe: weights, rates, sharing, balancer, anything `--set` reaches.

What is searched stands in RECIPE.tune.yaml beside the recipe, or in --space. The study is a file that several processes
may share; give each the same command. Stopped or not, the same command goes on until the study has --trials trials.
The best recipe is written to OUT/best.yaml. Needs the extras `allears[train,tune]`.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._overrides import add_set

if TYPE_CHECKING:
    import optuna

    from allears.config.schema import Recipe
    from allears.tune.study import Search

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "train,tune"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("recipe", type=Path, help="a YAML file, see docs/config.md")
    add_set(parser)
    parser.add_argument("--space", type=Path, metavar="FILE", help="what is searched (default: RECIPE.tune.yaml)")
    parser.add_argument("--trials", type=int, required=True, metavar="N", help="trials the study shall have in the end")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the trials (default: runs/NAME-tune)")
    parser.add_argument("--study", type=Path, metavar="FILE", help="the journal (default: OUT/study.journal)")
    parser.add_argument(
        "--goal", metavar="TASK.METRIC", help="what is made good: also loss, gain (default: evaluate.best)"
    )
    parser.add_argument("--twins", nargs="+", default=[], metavar="DIR", help="single-task runs, for --goal gain")
    parser.add_argument("--seed", type=int, default=0, help="of the choices (default: 0)")
    parser.add_argument(
        "--every", type=int, metavar="STEPS", help="look at a trial so often (default: evaluate.every_steps)"
    )
    parser.add_argument(
        "--startup", type=int, default=8, metavar="N", help="trials chosen at random first (default: 8)"
    )
    parser.add_argument("--no-pruning", action="store_true", help="train bad trials to their end, too")
    parser.add_argument(
        "--take-up", action="store_true", help="go on with trials a killed process left; not while another one works"
    )
    parser.add_argument("--json", action="store_true", help="print the trials as JSON")


def run(args: argparse.Namespace) -> int:
    """Search and print the trials. 1: no trial has finished; 128 + signal: stopped and saved."""
    from allears.config.load import load_recipe
    from allears.tune import show  # noqa: F401  what it needs is found missing now, not after the search
    from allears.tune.goal import make_goal
    from allears.tune.journal import open_study, take_up
    from allears.tune.space import find_space, read_space
    from allears.tune.study import Search, search
    from allears.tune.trial import Stopped

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("allears.tune").setLevel(logging.INFO)
    if args.trials < 1:
        raise ValueError(f"--trials {args.trials}: give 1 or more")
    recipe = load_recipe(args.recipe, args.overrides)
    what = Search(
        recipe=recipe,
        knobs=read_space(args.space or find_space(args.recipe)),
        goal=make_goal(recipe, args.goal, args.twins),
        out=args.out or Path("runs") / f"{recipe.name}-tune",
        piece_steps=_piece(args, recipe),
        seed=args.seed,
        num_startup=args.startup,
        is_pruned=not args.no_pruning,
    )
    study = open_study(args.study or what.out / "study.journal", what.goal)
    if args.take_up:
        print(f"put {take_up(study)} unfinished trials back into the queue", file=sys.stderr)
    code = _exit.OK
    try:
        search(study, what, args.trials)
    except Stopped as stopped:
        print("stopped and saved; the same command goes on", file=sys.stderr)
        code = 128 + stopped.signal_number
    has_best = _show(study, what, is_json=args.json)
    return code or (_exit.OK if has_best else _exit.FAILED)


def _piece(args: argparse.Namespace, recipe: Recipe) -> int:
    steps = int(args.every or recipe.evaluate.every_steps)
    if steps < 1:
        raise ValueError(f"--every {steps}: give 1 or more steps")
    return min(steps, recipe.optim.num_steps)


def _show(study: optuna.Study, what: Search, *, is_json: bool) -> bool:
    """Print the trials and write recipe and pictures; whether there is a best trial."""
    from allears.tune.show import draw_importance, draw_trials, importance, study_rows, study_table
    from allears.tune.study import write_best

    best = write_best(study, what, what.out / "best.yaml")
    shares = importance(study)
    pictures = [draw_trials(study, what.goal.name), draw_importance(shares) if shares else None]
    for picture in pictures:
        if picture is not None:
            partial = what.out / f"{picture.name}.png.partial"
            partial.write_bytes(picture.png)
            partial.replace(what.out / f"{picture.name}.png")
    if is_json:
        told = {
            "goal": what.goal.name,
            "is_higher_better": what.goal.is_higher_better,
            "best": None if best is None else study.best_trial.number,
            "best_recipe": None if best is None else str(best),
            "importance": shares,
            "trials": study_rows(study),
        }
        print(json.dumps(told, indent=2))
    else:
        print(study_table(study, what.goal.name))
        if best is not None:
            print(f"\nbest: trial {study.best_trial.number}, written to {best}\n  allears train {best}")
    return best is not None
