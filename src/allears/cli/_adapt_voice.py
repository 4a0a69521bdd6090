"""The half of `allears adapt` that learns a voice: its options, and what is printed.

In: arguments. Out: an exit code.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._rows import Cell, Row

if TYPE_CHECKING:
    from allears.scoring.voice import VoiceScores
    from allears.transfer.voice.run import AdaptedVoice

__all__ = ["VOICE", "add_voice_arguments", "run_voice"]

VOICE = "voice"  # in place of a model
_STEPS = 300
_NOT_FOR_VOICES = ("data", "task", "method", "old", "old_split", "old_task", "old_limit", "budget", "force", "keep_as",
                   "overrides")  # fmt: skip
_TOLD = {"mcd_db": "spectrum (MCD, dB)", "f0_cents": "pitch (cents)", "voicing_error": "voiced or not (share)",
         "duration_ms": "duration (ms a phone)"}  # fmt: skip


def add_voice_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a new voice."""
    group = parser.add_argument_group("a new voice (MODEL is voice, RECIPE its manifest or folder; --replay, --steps)")
    group.add_argument("--from", dest="from_run", type=Path, metavar="RUN", help="run of the speaking model")
    group.add_argument("--folder", type=Path, metavar="DIR", help="voice folder that RUN was packed into")
    group.add_argument("--name", metavar="NAME", help="of the new voice; its speaker's if left out")
    group.add_argument("--dialect", metavar="TAG", help="that it speaks; may be new")
    group.add_argument("--like-dialect", metavar="TAG", help="of a new dialect: whose dictionary reads its texts")
    group.add_argument("--like", metavar="VOICE", help="voice to begin with; the mean of near ones if left out")
    group.add_argument("--gender", choices=["female", "male"], help="of the voice")
    group.add_argument("--speaker", metavar="NAME", help="whose clips, where there are several")
    group.add_argument("--minutes", type=float, metavar="N", help="of its speech to learn from; all if left out")
    group.add_argument(
        "--rest-rate", type=float, default=0.0, metavar="X",
        help="share of the rate at which the rest of the model learns (0: the vectors alone)",
    )  # fmt: skip


def run_voice(args: argparse.Namespace) -> int:
    """Learn a voice and print. 0: there is a folder; 1: stopped before the end."""
    from allears.transfer.voice.clips import voice_clips
    from allears.transfer.voice.learn import LearnPlan
    from allears.transfer.voice.newcomer import Newcomer
    from allears.transfer.voice.run import adapt_voice

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    _check(args)
    clips = voice_clips(args.recipe, speaker=args.speaker, minutes=args.minutes)
    told = clips.train[0]
    new = Newcomer(
        name=args.name or str(told.labels.get("speaker", "")),
        dialect=args.dialect or str(told.labels.get("accent", "")),
        gender=args.gender or str(told.labels.get("gender", "")),
        like=args.like,
        like_dialect=args.like_dialect,
        licence=told.licence or "",
    )
    plan = LearnPlan(num_steps=args.steps or _STEPS, rest_rate=args.rest_rate, replay=args.replay)
    done = adapt_voice(clips, new, args.from_run, args.folder, args.out, plan,
                       tell=lambda line: print(line, file=sys.stderr))  # fmt: skip
    if done.folder is None:
        print(f"stopped before the end; what was learned is in {args.out}", file=sys.stderr)
        return _exit.FAILED
    if args.json:
        print(json.dumps(asdict(done), indent=2, ensure_ascii=False))
    else:
        _print(done)
    return _exit.OK


def _check(args: argparse.Namespace) -> None:
    wanted = {
        "the manifest or folder of its clips": args.recipe,
        "--from RUN": args.from_run,
        "--folder DIR": args.folder,
    }
    if missing := [name for name, value in wanted.items() if value is None]:
        raise ValueError(
            f"a new voice needs {', '.join(missing)}: allears adapt voice MANIFEST --from RUN --folder DIR"
        )
    if given := [name for name in _NOT_FOR_VOICES if getattr(args, name, None)]:
        options = ", ".join("--" + name.replace("_", "-").replace("overrides", "set") for name in given)
        raise ValueError(f"{options}: not for a new voice; leave it out")
    if args.minutes is not None and args.minutes <= 0:
        raise ValueError(f"--minutes is {args.minutes:g}: give more than 0, or leave it out")
    if not 0 <= args.rest_rate <= 1:
        raise ValueError(f"--rest-rate is {args.rest_rate:g}: give a share, 0 to 1")


def _print(done: AdaptedVoice) -> None:
    from allears.cli._table import print_table

    rows = _rows("new", done.before, done.after) + _rows("old", done.old_before, done.old_after)
    print_table(f"{done.name} ({done.dialect}), learned from {done.minutes:g} minutes", rows)
    print(f"{done.folder}: allears say --model {done.folder} --voice {done.name} TEXT")


def _rows(kind: str, before: VoiceScores | None, after: VoiceScores | None) -> list[Row]:
    if before is None or after is None:
        return []
    found = []
    for one in fields(before):
        first, last = getattr(before, one.name), getattr(after, one.name)
        if first is not None and last is not None:
            found.append(Row(f"{kind} {_TOLD[one.name]}", (Cell(f"{first:.3g} -> {last:.3g}"),), "lines"))
    return found
