"""Say what was really said in a clip: what was misheard is expected from then on.

The clip (as FLAC), the text and whose voice it is are kept in a folder of yours (`ALLEARS_CORRECTIONS` changes it),
readable by you alone. Names and rare words that were misheard are expected from then on. What was misheard in the same
way in two clips, and never was right, is written right. `allears words list` shows both; `allears me learn` makes more
of a dozen corrections. Correcting a clip again replaces its correction, --undo deletes the last one.

  allears correct clip.wav "call Szabó Ágnes"
  allears correct --undo
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._types import language
from allears.cli._voices import voices_of

if TYPE_CHECKING:
    from allears.personal import Correction, CorrectionStore
    from allears.runtime.result import Result
    from allears.runtime.session import Session

__all__ = ["add_arguments", "run"]

_LONGEST_S = 60.0  # of a clip: it is kept, and learned from as one utterance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears correct`."""
    parser.add_argument("clip", nargs="?", metavar="CLIP", help="audio file, a minute at most")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="what was said")
    parser.add_argument("--voice", metavar="NAME", help="the enrolled voice that says it; found if left out")
    parser.add_argument("--language", type=language, metavar="XX", help="of the text, such as en; detected if left out")
    parser.add_argument("--undo", action="store_true", help="delete the last correction, with its clip")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Keep the correction, and say what it taught."""
    from allears.personal import CorrectionStore

    store = CorrectionStore()
    if args.undo == bool(args.clip) or bool(args.clip) != (args.text is not None):
        raise ValueError("give a clip and what was said in it, or --undo")
    if args.undo:
        return _undo(store, args)
    return _correct(store, args)


def _correct(store: CorrectionStore, args: argparse.Namespace) -> int:
    from allears.audio import read_audio
    from allears.personal.learned import misreadings, phrases_of
    from allears.texts import plain_words

    if not plain_words(args.text):
        raise ValueError(f"a correction needs what was said, got {args.text!r}: write the words of the clip")
    audio = read_audio(args.clip)
    session = _session.open_session(args)
    result = session.hear(args.clip, tasks=_tasks(session), language=args.language)
    _check(args.clip, result)
    language = args.language or (result.transcript.language if result.transcript else None) or ""
    before = set(phrases_of(store.load()))
    kept = store.add(audio, args.text, result.text, language=language, voice=_voice_id(args, session, result))
    corrections = store.load()
    new = [phrase for phrase in phrases_of(corrections) if phrase not in before]
    taught = [rule for rule in misreadings(corrections) if rule.heard in plain_words(kept.heard)]
    if args.json:
        rules = [{"heard": rule.heard, "written": rule.written, "count": rule.count} for rule in taught]
        about = {"id": kept.id, "heard": kept.heard, "text": kept.text, "expected": new, "misreadings": rules}
        print(json.dumps(about, ensure_ascii=False))
        return _exit.OK
    print(f"heard {kept.heard!r}, said {kept.text!r}")
    if plain_words(kept.heard) == plain_words(kept.text):
        print("it was heard right: there is nothing to learn from it")
    for phrase in new:
        print(f"expected from now on: {phrase}")
    for rule in taught:
        then = "is written so from now on" if rule.count > 1 else "once; a second clip makes it a rule"
        print(f"{rule.heard} -> {rule.written}: {then}")
    return _exit.OK


def _undo(store: CorrectionStore, args: argparse.Namespace) -> int:
    corrections = store.load()
    if not corrections:
        raise ValueError(f"there is no correction in {store.folder}")
    last: Correction = corrections[-1]
    store.remove(last)
    done = {"removed": last.id, "text": last.text}
    print(json.dumps(done, ensure_ascii=False) if args.json else f"undid {last.text!r}")
    return _exit.OK


def _tasks(session: Session) -> list[str]:
    return [task.name for task in session.spec.tasks if task.name in ("transcribe", "speech", "speaker")]


def _check(clip: str, result: Result) -> None:
    """Raises for a clip that nothing can be learned from."""
    if result.speech is not None and not result.speech:
        raise ValueError(f"{clip}: nobody speaks in it; nothing was kept")
    if result.duration_s > _LONGEST_S:
        raise ValueError(
            f"{clip} lasts {result.duration_s:.0f} s, a correction is of {_LONGEST_S:.0f} s at most: cut out what was "
            "misheard"
        )


def _voice_id(args: argparse.Namespace, session: Session, result: Result) -> str:
    """Of the voice that was named, or that was heard for sure."""
    voices = voices_of(session)
    if args.voice:
        return voices.voice(args.voice).id
    nearest = result.nearest
    if nearest is not None and nearest.is_borderline:
        print(f"it may be {nearest.name}: say so with --voice, if it is", file=sys.stderr)
    return nearest.id if nearest is not None and nearest.is_match else ""
