"""Loads the grammar of commands that a verb's options name; the one place of the command that does."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allears.commands.grammar import Grammar

__all__ = ["add_arguments", "load", "named_list"]


def add_arguments(parser: argparse._ActionsContainer, files: str) -> None:
    """Add the files under that name (an option, or a positional argument), `--list` and `--threshold`."""
    how: dict[str, Any] = {"action": "append"} if files.startswith("-") else {"nargs": "+"}
    parser.add_argument(
        files,
        metavar="FILE",
        help="commands to understand: YAML or JSON, or a folder of them (docs/commands.md)",
        **how,
    )
    parser.add_argument(
        "--list", action="append", default=[], type=named_list, dest="lists", metavar="NAME=A,B",
        help="values of a list of the commands, such as area=kitchen,bedroom; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--threshold", type=float, metavar="P", help="confidence from which a command is accepted (default: 0.5)"
    )


def load(files: list[str], args: argparse.Namespace, *, has_errors: bool = False) -> Grammar:
    """The grammar of the files.

    Args:
        files: given.
        args: with `lists` and `threshold`.
        has_errors: whether errors are fine, since the verb shows them.

    Raises:
        ValueError: a library that is not installed, a file that cannot be used.
    """
    from allears.commands.grammar import Grammar
    from allears.commands.reading import read_files

    options = {} if args.threshold is None else {"threshold": args.threshold}
    if has_errors:
        return Grammar(read_files(files), lists=dict(args.lists), **options)
    return Grammar.load(*files, lists=dict(args.lists), **options)


def named_list(text: str) -> tuple[str, list[str]]:
    """`area=kitchen,bedroom` -> its name and values."""
    name, _, values = text.partition("=")
    parts = [part.strip() for part in values.split(",") if part.strip()]
    if not name.strip() or not parts:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE,VALUE such as area=kitchen,bedroom, got {text!r}")
    return name.strip(), parts
