"""Remember a voice, so that it is named in everything that is heard later.

FILE are clips in which that person alone speaks: three of 5 s or longer are good. Only a short list of numbers is kept,
in a folder of yours (`allears doctor` shows which; `ALLEARS_VOICES` changes it), readable by you alone. A voice of that
name is replaced. `allears voices` lists them, `allears forget NAME` deletes one.
"""

from __future__ import annotations

import argparse
import sys

from allears.cli import _exit, _session
from allears.cli._paths import find_inputs
from allears.decode.answers import Embedding

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears enroll`."""
    parser.add_argument("name", metavar="NAME", help="whose voice it is")
    parser.add_argument("files", nargs="+", metavar="FILE", help="audio files, folders or patterns")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Enroll the voice. All files must be good: a voice is not made of half of what was given."""
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.origin import OriginOf
    from allears.runtime.voices import SPEAKER, Voices

    inputs = find_inputs(args.files)
    for given, problem in inputs.problems.items():
        raise ValueError(f"{given}: {problem}; nobody was enrolled")
    session = _session.open_session(args)
    tasks = [task.name for task in session.spec.tasks if task.name in ("speaker", "speech")]
    embeddings: list[Embedding] = []
    for file in inputs.files:
        result = session.hear(file, tasks=tasks)
        if result.speaker is None:
            raise ValueError(f"the model {session.spec.name!r} has no task 'speaker': use one that has, with --model")
        if result.speech is not None and not result.speech:
            raise ValueError(f"{file}: nobody speaks in it; leave it out. Nobody was enrolled")
        embeddings.append(result.speaker)
    origin = OriginOf(ModelFolder(session.folder), SPEAKER)
    voice = Voices.load(session.spec, origin=origin).enroll(args.name, embeddings)
    print(f"enrolled {voice.name} from {voice.num_clips} clip{'s' if voice.num_clips > 1 else ''}")
    if len(embeddings) > 1:
        print(f"the two clips least alike have similarity {_least_alike(embeddings):.2f}", file=sys.stderr)
    return _exit.OK


def _least_alike(embeddings: list[Embedding]) -> float:
    """The lowest similarity of any two clips: a low one says that they are of different people."""
    return min(a.similarity(b) for i, a in enumerate(embeddings) for b in embeddings[:i])
