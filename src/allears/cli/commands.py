"""Commands of your own, before anybody speaks them: check, say, match, train.

`check` says what loaded, what is ambiguous, and what is wrong, with line and column. `say` prints random sentences of
the grammar. `match` understands a text with it. `allears hear --commands FILE` understands speech. `train` makes a copy
of the model that knows the sentences better, from synthetic speech. The files are those of docs/commands.md, in Home
Assistant's layout. Needs the extra `allears[commands]`, and `train` also `allears[train]` and espeak-ng.

examples:
  allears commands check commands.yaml
  allears commands say commands.yaml -n 5
  allears commands match commands.yaml "turn on the kitchen lights"
  allears commands train commands.yaml --out my-model --minutes 5
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
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
    train = group.add_parser("train", help="adapt a copy of the model to the sentences, with synthetic speech")
    train.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the new model")
    train.add_argument("--minutes", type=float, default=5.0, metavar="M", help="it may take (default: 5)")
    train.add_argument(
        "--voice-command", action="append", default=[], metavar="CMD",
        help="a program that speaks a line of standard input into the file {out}; may be given again",
    )  # fmt: skip
    train.add_argument(
        "--noise",
        action="append",
        default=[],
        metavar="FOLDER",
        help="sounds to put under the speech; may be given again",
    )
    train.add_argument(
        "--rehearse", action="append", default=[], metavar="FOLDER",
        help="recordings of ordinary speech, of which nothing shall be unlearned; may be given again",
    )  # fmt: skip
    train.add_argument("--seed", type=int, default=0, help="of what is drawn (default: 0)")
    train.add_argument("--threads", type=whole_number, metavar="N", help="threads to compute with")
    _session.add_model_argument(train)
    train.set_defaults(do=_train)
    for one in (check, say, match, train):
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


def _train(args: argparse.Namespace) -> int:
    from allears.cli._paths import find_inputs

    noises, others = (find_inputs(given, is_recursive=True) for given in (args.noise, args.rehearse))
    for option, found in (("--noise", noises), ("--rehearse", others)):
        for given, problem in found.problems.items():
            raise ValueError(f"{option} {given}: {problem}")
    grammar = _grammar.load(args.files, args)
    from allears.transfer.commands.run import train_commands

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    done = train_commands(
        grammar, args.out, model=args.model, minutes=args.minutes, templates=args.voice_command, noises=noises.files,
        others=others.files, num_threads=args.threads, seed=args.seed,
        tell=lambda line: print(line, file=sys.stderr, flush=True),
    )  # fmt: skip
    if args.json:
        print(json.dumps(asdict(done), ensure_ascii=False))
        return _exit.OK
    print(f"model        {done.model}")
    print(f"learned      {done.num_lessons:,} sentences, {done.num_steps:,} steps")
    print(f"understood   {100 * done.before:.0f} % before, {100 * done.after:.0f} % after")
    print(f"measured     {done.num_tested} commands by {done.voice}, which was not learned from; the spelling alone")
    return _exit.OK


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
