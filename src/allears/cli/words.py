"""Your own words, such as names of people and places: add one, list them, remove one.

They are expected in all that `hear` and `listen` hear (`--no-user-words` leaves them out), and kept in a folder of
yours (`ALLEARS_WORDS` changes it), readable by you alone. With --voice a word is expected only where that voice speaks.
`list` also shows what your corrections taught (allears correct).

  allears words add "Szabó Ágnes" --sounds-like "sabo agnesh"
  allears words add Bencze --voice ann
  allears words list
  allears words remove "Szabó Ágnes"
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._voices import open_voices

if TYPE_CHECKING:
    from allears.personal import Lexicon, UserWord

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears words`."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    add = actions.add_parser("add", help="expect a word or phrase")
    add.add_argument("phrase", metavar="PHRASE", help="as it is to be written")
    add.add_argument(
        "--sounds-like", action="append", default=[], metavar="TEXT", help="as you would spell it by ear; repeatable"
    )
    add.add_argument("--weight", type=float, default=1.0, metavar="W", help="above 0, at most 10 (1 if left out)")
    remove = actions.add_parser("remove", help="no longer expect it")
    remove.add_argument("phrase", metavar="PHRASE", help="as it was added")
    for action in (add, remove):
        action.add_argument("--voice", metavar="NAME", help="only where this enrolled voice speaks")
    for action in (add, remove, actions.add_parser("list", help="list the words")):
        action.add_argument("--json", action="store_true", help="JSON instead of text")
        _session.add_model_argument(action)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    {"add": _add, "list": _list, "remove": _remove}[args.action](args)
    return _exit.OK


def _add(args: argparse.Namespace) -> None:
    from allears.personal import UserWord, WordStore

    phrase = " ".join(args.phrase.split())
    word = UserWord(phrase, tuple(args.sounds_like), _voice_id(args), args.weight)
    path = WordStore().add(word)
    if args.json:
        print(json.dumps({**_about(word, args.voice or ""), "file": str(path)}, ensure_ascii=False))
    else:
        print(f"added {_line(word, args.voice or '')}")


def _remove(args: argparse.Namespace) -> None:
    from allears.personal import WordStore

    WordStore().remove(args.phrase, _voice_id(args))
    print(json.dumps({"removed": args.phrase}, ensure_ascii=False) if args.json else f"removed {args.phrase}")


def _list(args: argparse.Namespace) -> None:
    from allears.personal import OwnWords
    from allears.user_data import user_folder

    lexicon = OwnWords().now()
    names = {voice.id: voice.name for voice in open_voices(args).voices} if lexicon.has_voices else {}
    if args.json:
        print(json.dumps(_all(lexicon, names), ensure_ascii=False, indent=2))
        return
    if not (lexicon.words or lexicon.learned or lexicon.rules):
        print(f"there is no word in {user_folder('words')}: allears words add PHRASE")
    for word in lexicon.words:
        print(_line(word, names.get(word.voice, word.voice)))
    for phrase in lexicon.learned:
        print(f"{phrase} (from a correction)")
    for rule in lexicon.rules:
        print(f"{rule.heard} -> {rule.written} ({rule.count} corrections)")


def _voice_id(args: argparse.Namespace) -> str:
    return open_voices(args).voice(args.voice).id if args.voice else ""


def _line(word: UserWord, voice: str) -> str:
    by_ear = ", sounds like " + ", ".join(map(repr, word.sounds_like)) if word.sounds_like else ""
    weight = f", weight {word.weight:g}" if word.weight != 1.0 else ""
    return f"{word.phrase}{by_ear}{weight}{f', when {voice} speaks' if voice else ''}"


def _about(word: UserWord, voice: str) -> dict[str, object]:
    return {"phrase": word.phrase, "sounds_like": list(word.sounds_like), "weight": word.weight, "voice": voice or None}


def _all(lexicon: Lexicon, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "words": [_about(word, names.get(word.voice, word.voice)) for word in lexicon.words],
        "learned": list(lexicon.learned),
        "rules": [asdict(rule) for rule in lexicon.rules],
    }
