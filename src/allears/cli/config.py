"""Look at a recipe before it runs: every setting, its value, whether it is the default, and what it means.

`allears config explain RECIPE` reads the recipe as `allears train` would, and builds nothing. Needs the extra
`allears[train]`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._overrides import add_set

if TYPE_CHECKING:
    from allears.config.explain import Setting

__all__ = ["add_arguments", "run"]

_LONGEST_VALUE = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    explain = what.add_parser("explain", help="print every setting of a recipe with its meaning")
    explain.add_argument("recipe", help="a YAML file, see docs/config.md")
    add_set(explain)
    explain.add_argument("--changed", action="store_true", help="only settings that are not the default")
    explain.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the settings."""
    from allears.config.explain import explain
    from allears.config.load import load_recipe

    settings = explain(load_recipe(args.recipe, args.overrides))
    if args.changed:
        settings = [setting for setting in settings if not setting.is_default]
    print(_json(settings) if args.json else _text(settings))
    return _exit.OK


def _json(settings: Sequence[Setting]) -> str:
    rows = [{"key": s.key, "value": s.value, "is_default": s.is_default, "text": s.text} for s in settings]
    return json.dumps(rows, indent=2, ensure_ascii=False, default=str)


def _text(settings: Sequence[Setting]) -> str:
    """A setting a line, `*` before what the recipe itself says; its meaning below it, told once."""
    width = min(100, shutil.get_terminal_size().columns)
    lines: list[str] = []
    told: set[str] = set()
    for setting in settings:
        value = textwrap.shorten(_plain(setting.value), _LONGEST_VALUE, placeholder=" ...")
        lines.append(f"{' ' if setting.is_default else '*'} {setting.key}: {value}")
        if setting.text not in told:
            told.add(setting.text)
            lines += textwrap.wrap(setting.text, width, initial_indent="      ", subsequent_indent="      ")
    lines.append("\n* said by the recipe; the others are defaults")
    return "\n".join(lines)


def _plain(value: object) -> str:
    """As YAML would have it."""
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
