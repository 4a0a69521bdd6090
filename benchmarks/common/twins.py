"""Twins of our heads, trained one task at a time, beside ours in a table.

In: `--twin DIR` (again and again) or `--twin NAME=DIR`, model folders that recipes/base/twins.py wrote. Out: sessions
by the name of their row. Folders of one name stand in one row, each for the tasks it has.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from common.run import arguments

if TYPE_CHECKING:
    from allears import Session

__all__ = ["NAME", "arguments_with_twins", "twin_of_task", "twins"]

NAME = "single-task twins"


def arguments_with_twins(doc: str) -> argparse.ArgumentParser:
    """The parser of `common.run.arguments`, with `--twin`."""
    parser = arguments(doc)
    parser.add_argument(
        "--twin", action="append", default=[], metavar="[NAME=]DIR",
        help=f"model folder of heads trained one by one; its row is called NAME (default: {NAME})",
    )  # fmt: skip
    return parser


def twins(args: argparse.Namespace) -> dict[str, list[Session]]:
    """Name of the row -> its sessions, in the order given; empty with `--peers-only`.

    Raises:
        ValueError: a folder that is not there.
    """
    found: dict[str, list[Session]] = {}
    if args.peers_only:
        return found
    from allears import Session

    for given in args.twin:
        name, folder = _read(given)
        found.setdefault(name, []).append(Session(folder, num_threads=args.threads))
    return found


def twin_of_task(args: argparse.Namespace, task: str) -> dict[str, Session]:
    """Name of the row -> the session that answers this task.

    Raises:
        ValueError: none of the folders of a row has the task, or more than one has.
    """
    found = {}
    for name, sessions in twins(args).items():
        able = [one for one in sessions if task in {each.name for each in one.spec.tasks}]
        if len(able) != 1:
            raise ValueError(
                f"{len(able)} of the {len(sessions)} folders of --twin {name!r} have the task {task}: give one that "
                "has it, and others under another name: --twin NAME=DIR"
            )
        found[name] = able[0]
    return found


def _read(given: str) -> tuple[str, Path]:
    name, has_name, folder = given.partition("=")
    if not has_name or Path(given).exists():
        name, folder = NAME, given
    if not Path(folder).is_dir():
        raise ValueError(f"--twin {given}: there is no folder {folder}: give a model folder, or NAME=DIR")
    return name, Path(folder)
