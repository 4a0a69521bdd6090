"""Average the weights of trained runs, each with a share, and of what they started from.

A mean of runs from one start is often better than each; a share of the start keeps what a short fine-tuning forgets.
The result is a run folder: evaluate it, export it. Needs the extra `allears[train]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from allears.cli import _exit

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("runs", nargs="+", metavar="RUN=SHARE", help="run folder or checkpoint, and its share")
    parser.add_argument("--pretrained", type=float, default=0.0, metavar="SHARE", help="of the weights before training")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="run folder to write")


def run(args: argparse.Namespace) -> int:
    """Average and print where the result is."""
    from allears.transfer.average import average_runs

    path = average_runs([_share(text) for text in args.runs], args.out, pretrained_share=args.pretrained)
    print(path)
    return _exit.OK


def _share(text: str) -> tuple[str, float]:
    run, _, share = text.rpartition("=")
    try:
        return run or text, float(share)
    except ValueError:
        raise ValueError(f"got {text!r}: give a run and its share, such as runs/a=0.5") from None
