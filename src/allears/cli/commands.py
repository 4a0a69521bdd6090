"""Look at commands of your own before anybody speaks them: check, say, match.

`check` says what loaded, what is ambiguous, and what is wrong, with line and column. `say` prints random sentences of
the grammar. `match` understands a text with it. `allears hear --commands FILE` understands speech. The files are those
of docs/commands.md, in Home Assistant's layout. Needs the extra `allears[commands]`.

examples:
  allears commands check commands.yaml
  allears commands say commands.yaml -n 5
  allears commands match commands.yaml "turn on the kitchen lights"
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from allears.cli import _exit, _grammar, _session
from allears.cli._types import whole_number

if TYPE_CHECKING:
    from allears.commands.answer import Command
    from allears.commands.checking import Report

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs."""
    group = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    check = group.add_parser("check", help="say what loaded and what is wrong; exit code 1 if there are errors")
    _session.add_model_argument(check)
    check.set_defaults(do=_check)
    say = group.add_parser("say", aliases=["list"], help="print random sentences and their intents")
    say.add_argument("-n", "--number", type=whole_number, default=20, metavar="N", help="how many (default: 20)")
    say.add_argument("--seed", type=int, default=0, help="of the choices (default: 0)")
    say.set_defaults(do=_say)
    match = group.add_parser("match", help="understand a text; exit code 1 if it is no command")
    match.set_defaults(do=_match)
    for one in (check, say, match):
        _grammar.add_arguments(one, "files")
        one.add_argument("--json", action="store_true", help="print JSON")
    match.add_argument("text", metavar="TEXT", help="what was said")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return int(args.do(args))


def _check(args: argparse.Namespace) -> int:
    grammar = _grammar.load(args.files, args, has_errors=True)
    from allears.commands.checking import LETTERS, check

    report = check(grammar, _letters(args) or LETTERS)
    if args.json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2, default=str))
    else:
        _print_report(report)
    return _exit.FAILED if report.num_errors else _exit.OK


def _letters(args: argparse.Namespace) -> str:
    """What the model's CTC head spells; nothing if it has none."""
    spec = _session.open_folder(args).spec
    heads = (task for task in spec.tasks if task.decode["kind"] == "ctc")
    return "".join(name for task in heads for name in task.classes if len(name) == 1)


def _print_report(report: Report) -> None:
    for finding in report.findings:
        print(finding)
    free = ", ".join(f"{name} ({number} times)" for name, number in report.free_lists.items())
    counts = {level: sum(finding.level == level for finding in report.findings) for level in ("error", "warning")}
    print(f"language     {report.language}")
    print(f"intents      {len(report.intents)}: {', '.join(f'{name} {n}' for name, n in report.intents.items())}")
    print(f"templates    {report.num_templates:,}")
    print(f"phrases      {report.num_phrases:,}")
    print(f"free words   {free or 'none'}")
    print(f"ambiguity    looked for in {report.num_checked:,} sentences")
    print(f"found        {counts['error']} errors, {counts['warning']} warnings")


def _say(args: argparse.Namespace) -> int:
    for text, intent in _grammar.load(args.files, args).say(args.number, args.seed):
        print(json.dumps({"intent": intent, "text": text}, ensure_ascii=False) if args.json else f"{intent}\t{text}")
    return _exit.OK


def _match(args: argparse.Namespace) -> int:
    from allears.formats.plain import plain

    command = _grammar.load(args.files, args).match(args.text)
    if args.json:
        print(json.dumps(plain(command), ensure_ascii=False))
    else:
        _print_command(command)
    return _exit.OK if command.is_accepted else _exit.FAILED


def _print_command(command: Command) -> None:
    if command.intent is None:
        print("nothing in the grammar comes near", file=sys.stderr)
        return
    print(f"intent       {command.intent}{'' if command.is_accepted else '  (not accepted)'}")
    print(f"confidence   {command.confidence:.2f}")
    for name, value in command.values.items():
        print(f"{name:<12} {value!r}")
    for other in command.alternatives:
        print(f"or           {other.intent} {other.values} {other.confidence:.2f}")
