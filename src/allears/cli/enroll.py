"""Remember a voice, so that it is named in everything that is heard later.

FILE are clips in which that person alone speaks: three of 5 s or longer are good. Only a short list of numbers is kept,
in a folder of yours (`allears doctor` shows which; `ALLEARS_VOICES` changes it), readable by you alone. A voice of that
name is replaced; with --add the clips are added to it. A clip that sounds like somebody else than the others is named,
and nobody is enrolled. `allears voices` lists them, `allears forget NAME` deletes one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._paths import find_inputs
from allears.cli._voices import voice_in, voices_of

if TYPE_CHECKING:
    from allears.decode.answers import Embedding
    from allears.runtime.voices import Voice, Voices

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears enroll`."""
    parser.add_argument("name", metavar="NAME", help="whose voice it is")
    parser.add_argument("files", nargs="+", metavar="FILE", help="audio files, folders or patterns")
    parser.add_argument("--add", action="store_true", help="add the clips to the voice of that name")
    parser.add_argument("--force", action="store_true", help="enroll though a clip sounds like somebody else")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Enroll the voice. All files must be good: a voice is not made of half of what was given."""
    inputs = find_inputs(args.files)
    for given, problem in inputs.problems.items():
        raise ValueError(f"{given}: {problem}; nobody was enrolled")
    session = _session.open_session(args)
    voices = voices_of(session)
    known = voices.voice(args.name) if args.add else None
    embeddings = [voice_in(session, file) for file in inputs.files]
    if not args.force:
        _check(inputs.files, embeddings, known, voices)
    voice = voices.add(args.name, embeddings) if args.add else voices.enroll(args.name, embeddings)
    if args.json:
        print(json.dumps({"name": voice.name, "id": voice.id, "clips": voice.num_clips}, ensure_ascii=False))
    else:
        print(f"{'added to' if args.add else 'enrolled'} {voice.name} from {_clips(len(embeddings))}")
    _advise(voice, embeddings, voices)
    return _exit.OK


def _check(files: Sequence[str], embeddings: Sequence[Embedding], known: Voice | None, voices: Voices) -> None:
    """Raises for clips that sound like somebody else than the others, or than the voice they are added to."""
    from allears.personal.agree import odd_clips

    if known is not None:
        odd = [i for i, one in enumerate(embeddings) if one.similarity(known.embedding) < voices.low]
        whom = known.name
    else:
        odd, whom = list(odd_clips(embeddings, voices.low)), "the others"
    if odd:
        names = ", ".join(files[i] for i in odd)
        raise ValueError(
            f"{names}: sounds like somebody else than {whom} (similarity below {voices.low:.2f}); leave it out, or say "
            "--force if it is the same person. Nobody was enrolled"
        )


def _advise(voice: Voice, embeddings: Sequence[Embedding], voices: Voices) -> None:
    """Say on stderr how alike the clips are, and who else sounds like this."""
    if len(embeddings) > 1:
        print(f"the two clips least alike have similarity {_least_alike(embeddings):.2f}", file=sys.stderr)
    for other in voices.voices:
        alike = voice.embedding.similarity(other.embedding)
        if other.id != voice.id and alike >= voices.low:
            print(
                f"{other.name} sounds much like {voice.name} (similarity {alike:.2f}): they may be taken for each "
                "other; more and longer clips of both help (--add)",
                file=sys.stderr,
            )


def _least_alike(embeddings: Sequence[Embedding]) -> float:
    return min(a.similarity(b) for i, a in enumerate(embeddings) for b in embeddings[:i])


def _clips(count: int) -> str:
    return f"{count} clip{'s' if count > 1 else ''}"
