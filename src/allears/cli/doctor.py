"""Check this machine: Python, libraries, extras, processor, sound, model files, folders, outbound hosts."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from allears.cli import _exit, _session

if TYPE_CHECKING:
    from allears.cli._checks import Check
    from allears.cli._rows import Row

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears doctor`."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print what was found; code 1 if something is wrong that keeps `allears hear` from working."""
    from allears.cli._checks import all_checks
    from allears.cli._table import print_table

    checks = all_checks(lambda: _session.open_folder(args))
    if args.json:
        print(json.dumps({c.name: {"is_ok": c.is_ok, "found": c.found, "advice": c.advice} for c in checks}, indent=2))
    else:
        print_table("allears doctor", [_row(check) for check in checks])
    return _exit.OK if all(check.is_ok for check in checks) else _exit.FAILED


def _row(check: Check) -> Row:
    from allears.cli._rows import Cell, Row

    text = f"ok  {check.found}" if check.is_ok else f"WRONG  {check.found}: {check.advice}"
    return Row(check.name, tuple(Cell(word, not check.is_ok) for word in text.split()))
