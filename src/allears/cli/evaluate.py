"""Measure a trained run on a manifest, or a model that hears on everything it is to reach.

RUN is a run folder or a checkpoint: every metric of every task that the clips are labelled for is printed (needs the
extra `allears[train]`). With the word `base`, or the folder of an exported model, the benchmarks of the repository run
on it instead, and one table says for each task what it reaches, what others reach, and what it is to reach. Finished
benchmarks are kept in a folder, so that the command goes on where it stopped; all of them take hours.

examples:
  allears evaluate runs/mine --split test
  allears evaluate base --only vad speaker --limit 20
  allears evaluate base --peers --out runs/bench
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping

from allears.cli import _benchmarks, _exit
from allears.cli._overrides import add_set

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument(
        "trained", metavar="RUN",
        help="a run folder (best checkpoint, else newest), a checkpoint file, an exported model's folder, or base",
    )  # fmt: skip
    trained = parser.add_argument_group("a run or a checkpoint")
    trained.add_argument("--manifest", help="JSONL manifest to measure on; default: the dev clips of the recipe")
    trained.add_argument("--split", help="only clips of this split")
    add_set(trained)
    _benchmarks.add_arguments(parser.add_argument_group("base or an exported model"))
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if _benchmarks.is_model(args.trained):
        given = [f"--{name}" for name in ("manifest", "split", "overrides") if getattr(args, name)]
        if given:
            names = ", ".join(given).replace("--overrides", "--set")
            raise ValueError(f"{names}: for a trained run, and {args.trained!r} is a model: leave it out")
        return _benchmarks.run(args)
    if given := _benchmarks.only_for_models(args):
        raise ValueError(
            f"{', '.join(given)}: for the word 'base' or the folder of an exported model (with encoder.onnx), and "
            f"{args.trained!r} is neither: leave it out, or export the run first (allears export)"
        )
    from allears.train.measure import measure

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    scores = measure(args.trained, manifest=args.manifest, split=args.split, overrides=args.overrides)
    print(json.dumps(scores, indent=2) if args.json else _table(scores))
    return _exit.OK


def _table(scores: Mapping[str, Mapping[str, float]]) -> str:
    rows = [(task, name, f"{value:.4g}") for task, values in scores.items() for name, value in values.items()]
    width = max((len(task) for task, _, _ in rows), default=0)
    names = max((len(name) for _, name, _ in rows), default=0)
    return "\n".join(f"{task:<{width}}  {name:<{names}}  {value}" for task, name, value in rows)
