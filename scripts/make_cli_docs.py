"""Write docs/cli.md from the command itself, so that it cannot tell anything that is not so.

    python scripts/make_cli_docs.py

In: the verb modules' docstrings and options. Out: the page; a test fails while the committed one is another.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from allears.cli.app import EPILOG, verbs

__all__ = ["main", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """\
# The command

<!-- Written by scripts/make_cli_docs.py from the command itself: change the verb's file, then run the script. -->

Results go to stdout, progress and errors to stderr. `allears doctor` lists every host that anything could be sent to.
"""


def page() -> str:
    """The whole text of docs/cli.md."""
    parts = [HEAD, "```text\n" + EPILOG.partition("\n\nResults")[0].strip() + "\n```\n"]
    for name, module_name in verbs().items():
        module = importlib.import_module(module_name)
        parser = argparse.ArgumentParser(prog=f"allears {name}")
        module.add_arguments(parser)
        parts += [f"## allears {name}\n", f"```text\n{(module.__doc__ or '').strip()}\n```\n", *_tables(parser)]
    return "\n".join(parts)


def _tables(parser: argparse.ArgumentParser) -> Iterator[str]:
    """A table of the parser's own arguments, then those of its sub-verbs."""
    rows = [_row(action) for action in parser._actions if not _is_left_out(action)]
    if rows:
        yield "\n".join(["| argument | meaning |", "|---|---|", *rows]) + "\n"
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, sub in action.choices.items():
                if sub.prog.rpartition(" ")[2] != name:  # an alias
                    continue
                yield f"### {sub.prog}\n"
                yield f"{helps.get(name) or sub.description or ''}\n"
                yield from _tables(sub)


def _is_left_out(action: argparse.Action) -> bool:
    return isinstance(action, argparse._HelpAction | argparse._SubParsersAction) or action.help == argparse.SUPPRESS


def _row(action: argparse.Action) -> str:
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    names = ", ".join(f"`{option} {value}`".replace(" `", "`") for option in action.option_strings) or f"`{value}`"
    text = ((action.help or "") % {**vars(action), "prog": "allears"}).replace("|", "\\|")
    return f"| {names} | {text} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
