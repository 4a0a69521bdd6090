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
    from allears.runtime.origin import OriginOf
    from allears.runtime.voices import SPEAKER, Voices

    folder = _session.open_folder(args)
    Voices.load(folder.spec, origin=OriginOf(folder, SPEAKER)).forget(args.name)
    print(f"forgot {args.name}")
    return _exit.OK
