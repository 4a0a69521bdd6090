"""List the voices that were remembered with `allears enroll`."""

from __future__ import annotations

import argparse
import json

from allears.cli import _exit, _session

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears voices`."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print the voices of the model's kind."""
    from allears.cli._rows import text_row
    from allears.cli._table import print_table
    from allears.runtime.origin import OriginOf
    from allears.runtime.voices import SPEAKER, Voices

    folder = _session.open_folder(args)
    voices = Voices.load(folder.spec, origin=OriginOf(folder, SPEAKER))
    if args.json:
        found = [{"name": voice.name, "clips": voice.num_clips, "model": voice.model} for voice in voices.voices]
        print(json.dumps({"folder": str(voices.folder), "voices": found}, ensure_ascii=False, indent=2))
    elif not len(voices):
        print(f"nobody is enrolled in {voices.folder}: allears enroll NAME FILE...")
    else:
        rows = [
            text_row(voice.name, f"{voice.num_clips} clip{'s' if voice.num_clips > 1 else ''}, {voice.model}")
            for voice in voices.voices
        ]
        print_table(f"voices in {voices.folder}", rows)
    return _exit.OK
