"""What a sentence wants: its domain, intent and values, from the words alone."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from allears.cli import _exit

if TYPE_CHECKING:
    from allears.cli._rows import Row
    from allears.understand import Meaning

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears understand`."""
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="sentences; lines of stdin if there is none")
    parser.add_argument("--json", action="store_true", help="one JSON object a sentence instead of a table")
    parser.add_argument(
        "--set", dest="label_set", metavar="NAME", help="labels to answer with; the best fit if left out"
    )
    parser.add_argument("--model", metavar="DIR", help="folder of a model of open language (or $ALLEARS_UNDERSTAND)")


def run(args: argparse.Namespace) -> int:
    """Print what each sentence wants."""
    from allears.understand import Reader

    reader = Reader(args.model)
    if args.label_set is not None:
        reader.spec.set_named(args.label_set)
    for text in _lines(args.texts):
        _print(reader.read(text, label_set=args.label_set), is_json=args.json)
    return _exit.OK


def _lines(texts: list[str]) -> Iterator[str]:
    """The sentences to read; empty lines of stdin are passed over."""
    lines: Iterable[str] = texts or (line.strip() for line in sys.stdin)
    yield from (line for line in lines if line.strip())


def _print(meaning: Meaning, *, is_json: bool) -> None:
    if is_json:
        print(json.dumps(meaning.to_dict(), ensure_ascii=False), flush=True)
        return
    from allears.cli._table import print_table

    print_table(meaning.text, _rows(meaning))


def _rows(meaning: Meaning) -> list[Row]:
    from allears.cli._rows import text_row

    scope = f"{'in' if meaning.is_in_scope else 'out of'} scope ({meaning.scope_margin:+.1f})"
    rows = [
        text_row("intent", f"{meaning.intent} ({meaning.confidence:.2f}, of the set {meaning.label_set})"),
        text_row("domain", f"{meaning.domain} ({meaning.domain_probability:.2f})"),
        text_row("scope", scope),
    ]
    return rows + [text_row(slot.name, f"{slot.value} ({slot.probability:.2f})") for slot in meaning.slots]
