"""Delete a voice that was remembered with `allears enroll`, with the words and the recordings that are of it alone.

Words are those of `allears words add --voice NAME`, recordings those of `allears correct`.
"""

from __future__ import annotations

import argparse
import json

from allears.cli import _exit, _session
from allears.cli._voices import open_voices

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears forget`."""
    parser.add_argument("name", metavar="NAME", help="whose voice it is")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Delete the voice; code 2 if there is none of that name."""
    from allears.personal import CorrectionStore, WordStore

    voice_id = open_voices(args).forget(args.name)
    words, clips = WordStore().forget_voice(voice_id), CorrectionStore().forget_voice(voice_id)
    if args.json:
        print(json.dumps({"forgot": args.name, "words": words, "corrections": clips}, ensure_ascii=False))
    else:
        more = f", {words} words and {clips} corrected clips of that voice" if words or clips else ""
        print(f"forgot {args.name}{more}")
    return _exit.OK
