"""Delete a voice that was remembered with `allears enroll`."""

from __future__ import annotations

import argparse

from allears.cli import _exit, _session

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears forget`."""
    parser.add_argument("name", metavar="NAME", help="whose voice it is")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Delete the voice; code 2 if there is none of that name."""
    from allears.runtime.voices import Voices

    Voices.load(_session.open_folder(args).spec).forget(args.name)
    print(f"forgot {args.name}")
    return _exit.OK
