"""`allears meet rename`: a name for a speaker of some minutes, in all their files, and the voice remembered."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._outputs import write_atomic
from allears.cli._voices import open_voices

if TYPE_CHECKING:
    from allears.meeting import Minutes, Speaker

__all__ = ["rename"]

_USAGE = "allears meet rename MEETING.json WHO NAME, such as: allears meet rename monday.json 'Speaker 1' Ann"


def rename(given: Sequence[str], args: argparse.Namespace) -> int:
    """Rename; `given`: the file, who, and the new name.

    Raises:
        ValueError: something else is given; no minutes; no such speaker; the name is another speaker's.
        OSError: a file cannot be read or written.
    """
    from allears.meeting.formats.json_ import read_minutes

    if len(given) != 3:
        raise ValueError(f"rename takes a file, who, and a name, got {len(given)}: {_USAGE}")
    path, who, name = Path(given[0]), given[1], given[2]
    minutes = read_minutes(path.read_text(encoding="utf-8"), str(path))
    renamed = minutes.renamed(who, name)
    speaker = renamed.speaker(minutes.speaker(who).id)
    is_kept = _remember(speaker, minutes, args)
    written = _write_all(path, renamed)
    if args.json:
        print(json.dumps({"id": speaker.id, "name": speaker.name, "remembered": is_kept, "files": written}))
        return _exit.OK
    print(f"{who} is {speaker.name}{', and the voice is remembered' if is_kept else ''}")
    for file in written:
        print(file)
    return _exit.OK


def _remember(speaker: Speaker, minutes: Minutes, args: argparse.Namespace) -> bool:
    """Enrol the voice, or add to the voice of that name; not if another model made the minutes."""
    voices = open_voices(args)
    from allears.cli._session import open_folder

    spec = open_folder(args).spec
    if minutes.model != f"{spec.name} {spec.version}":
        print(
            f"allears meet: the voice is not remembered: {minutes.model or 'an unknown model'} made the minutes, not "
            f"{spec.name} {spec.version}; hear the meeting again to remember it",
            file=sys.stderr,
        )
        return False
    is_there = any(voice.name.casefold() == speaker.name.casefold() for voice in voices.voices)
    keep = voices.add if is_there else voices.enroll
    keep(speaker.name, [speaker.voice])
    return True


def _write_all(path: Path, minutes: Minutes) -> list[str]:
    """Write the minutes anew: the JSON file, and those of other formats beside it that are there."""
    from allears.meeting.formats import MINUTES_FORMATS

    written = []
    for name in MINUTES_FORMATS:
        format_ = MINUTES_FORMATS[name]()
        file = path if name == "json" else path.with_name(path.stem + format_.suffix)
        if file.exists():
            write_atomic(file, format_.write(minutes), is_private=format_.is_private)
            written.append(str(file))
    return written
