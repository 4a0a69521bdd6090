"""The voices that were remembered with `allears enroll`: list them, rename one, confirm that a clip is of one.

Without an action they are listed. A voice has an id that stays when its name changes. `confirm` is for a clip of which
`allears hear` says `ann? (unsure)`: if it is Ann, the voice is better known afterwards.

  allears voices
  allears voices rename ann "Ann Lee"
  allears voices confirm clip.wav ann
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from allears.cli import _exit, _session
from allears.cli._voices import open_voices, voice_in, voices_of

__all__ = ["add_arguments", "run"]

_CONFIRMED = 0.5  # clips that one confirmed clip counts: it may be short, and people confirm in haste


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears voices`."""
    _add_shared(parser)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action")
    rename = actions.add_parser("rename", help="give a voice another name")
    rename.add_argument("old", metavar="OLD", help="its name")
    rename.add_argument("new", metavar="NEW", help="its new name")
    confirm = actions.add_parser("confirm", help="say that a clip which was unsure is of that voice")
    confirm.add_argument("clip", metavar="CLIP", help="audio file in which that person alone speaks")
    confirm.add_argument("name", metavar="NAME", help="whose voice it is")
    for action in (rename, confirm):
        _add_shared(action, default=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    {None: _list, "rename": _rename, "confirm": _confirm}[args.action](args)
    return _exit.OK


def _add_shared(parser: argparse.ArgumentParser, **default: Any) -> None:
    """Options of the verb that may also come after an action; one that is left out there changes nothing."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text", **default)
    _session.add_model_argument(parser, **default)


def _list(args: argparse.Namespace) -> None:
    """Print the voices of the model's kind."""
    from allears.cli._rows import text_row
    from allears.cli._table import print_table

    voices = open_voices(args)
    if args.json:
        found = [{"name": v.name, "clips": v.num_clips, "model": v.model, "id": v.id} for v in voices.voices]
        print(json.dumps({"folder": str(voices.folder), "voices": found}, ensure_ascii=False, indent=2))
    elif not len(voices):
        print(f"nobody is enrolled in {voices.folder}: allears enroll NAME FILE...")
    else:
        rows = [
            text_row(voice.name, f"{voice.num_clips} clip{'s' if voice.num_clips > 1 else ''}, {voice.model}")
            for voice in voices.voices
        ]
        print_table(f"voices in {voices.folder}", rows)


def _rename(args: argparse.Namespace) -> None:
    voice = open_voices(args).rename(args.old, args.new)
    done = {"renamed": args.old, "name": voice.name, "id": voice.id}
    print(json.dumps(done, ensure_ascii=False) if args.json else f"{args.old} is called {voice.name} now")


def _confirm(args: argparse.Namespace) -> None:
    session = _session.open_session(args)
    voices = voices_of(session)
    known = voices.voice(args.name)
    heard = voice_in(session, args.clip)
    alike = heard.similarity(known.embedding)
    if alike < voices.low:
        raise ValueError(
            f"{args.clip} does not sound like {known.name} (similarity {alike:.2f}, {voices.low:.2f} is needed): if it "
            f"is, `allears enroll {known.name} {args.clip} --add --force`"
        )
    voice = voices.add(known.name, [heard], _CONFIRMED)
    done = {"confirmed": voice.name, "similarity": round(alike, 4), "clips": voice.num_clips}
    print(json.dumps(done, ensure_ascii=False) if args.json else f"{voice.name} it is: {voice.num_clips} clips now")
