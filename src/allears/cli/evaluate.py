"""Measure a trained model on a manifest.

Prints every metric of every task that the clips are labelled for. Needs the extra `allears[train]`.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping

from allears.cli import _exit
from allears.cli._overrides import add_set

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument(
        "trained", metavar="RUN", help="a run folder (best checkpoint, else newest) or a checkpoint file"
    )
    parser.add_argument("--manifest", help="JSONL manifest to measure on; default: the dev clips of the recipe")
    parser.add_argument("--split", help="only clips of this split")
    add_set(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    try:
        from allears.train.measure import measure
    except ImportError as error:
        raise ValueError(f"evaluation needs {error.name}: pip install 'allears[train]'") from error
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    scores = measure(args.trained, manifest=args.manifest, split=args.split, overrides=args.overrides)
    print(json.dumps(scores, indent=2) if args.json else _table(scores))
    return _exit.OK


def _table(scores: Mapping[str, Mapping[str, float]]) -> str:
    rows = [(task, name, f"{value:.4g}") for task, values in scores.items() for name, value in values.items()]
    width = max((len(task) for task, _, _ in rows), default=0)
    names = max((len(name) for _, name, _ in rows), default=0)
    return "\n".join(f"{task:<{width}}  {name:<{names}}  {value}" for task, name, value in rows)
