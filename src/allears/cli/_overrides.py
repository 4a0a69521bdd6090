"""The option `--set` of every verb that reads a recipe."""

from __future__ import annotations

import argparse

__all__ = ["add_set"]


def add_set(parser: argparse._ActionsContainer) -> None:
    """`--set KEY=VALUE`, kept in order as `overrides`."""
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting of the recipe: --set optim.lr=3e-4 (may be given again)",
    )
