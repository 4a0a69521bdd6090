"""Say when each word of a known text was said: TextGrid for Praat, CTM, or any other format.

The text is all that is said in the recording, of any length. By default a head of the model aligns words and letters:
`letters`, or `ctc` where there is none. With `--hybrid FOLDER` (`allears hybrid`) a DNN-HMM aligns words and phones.
Write numbers as they are said: a word that cannot be spelt or pronounced gets what the words beside it leave, the
probability 0, and a warning.

  allears align talk.wav "good evening everybody" -o talk.textgrid
  allears align talk.wav --text talk.txt -f ctm
  allears align talk.wav --text talk.txt --hybrid my-phones --lexicon names.dict -o talk.textgrid
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._parts import open_parts
from allears.cli._types import whole_number

if TYPE_CHECKING:
    from allears.audio import AudioSource
    from allears.runtime.result import Result

__all__ = ["add_arguments", "run"]

_USUAL = "textgrid"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears align`."""
    parser.add_argument("audio", metavar="AUDIO", help="the recording; - for standard input")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("words", nargs="?", metavar="TEXT", help="what is said")
    given.add_argument("--text", type=Path, metavar="FILE", help="file with what is said; a line becomes a segment")
    parser.add_argument(
        "-f", "--format", metavar="FORMAT",
        help=f"textgrid, ctm, json, srt, ... ; by the suffix of OUT, else {_USUAL}, if left out",
    )  # fmt: skip
    parser.add_argument("-o", "--out", type=Path, metavar="OUT", help="file to write; standard output if left out")
    parser.add_argument("--hybrid", metavar="FOLDER", help="align phones with this DNN-HMM")
    parser.add_argument("--lexicon", metavar="FILE", help="pronunciations, as in cmudict, before those of the hybrid")
    parser.add_argument("--json", action="store_true", help="short for -f json")
    parser.add_argument("--threads", type=whole_number, metavar="N", help="compute threads of each network")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Align and write."""
    from allears.cli._outputs import prepare_folder, write_atomic
    from allears.formats import FORMATS

    if args.lexicon and not args.hybrid:
        raise ValueError("--lexicon is for --hybrid FOLDER: the letters of the ctc head need no pronunciations")
    write = FORMATS[_format(args)]().write
    text = args.words if args.text is None else args.text.read_text(encoding="utf-8")
    if args.out is not None:
        prepare_folder(args.out.absolute().parent)
    result = _by_phones(args, text) if args.hybrid else _by_letters(args, text)
    if args.out is None:
        print(write(result), end="", flush=True)
        return _exit.OK
    write_atomic(args.out, write(result))
    words = result.words
    if args.json:
        print(json.dumps({"file": str(args.out), "words": len(words), "seconds": round(result.duration_s, 3)}))
    else:
        print(f"{args.out}: {len(words)} words in {result.duration_s:.1f} s", file=sys.stderr)
    return _exit.OK


def _format(args: argparse.Namespace) -> str:
    """The name of the format: stated, or the suffix of the file."""
    from allears.formats import FORMATS

    suffix = "" if args.out is None else args.out.suffix[1:].lower()
    name: str = args.format or (suffix if suffix in FORMATS else "json" if args.json and not suffix else "")
    if not name and suffix:
        raise ValueError(f"no format has the suffix {args.out.suffix!r}: say -f, one of {', '.join(FORMATS)}")
    return name.lower() or _USUAL


def _source(args: argparse.Namespace) -> AudioSource:
    """The recording; `-` is standard input."""
    return sys.stdin.buffer if args.audio == "-" else str(args.audio)


def _by_letters(args: argparse.Namespace, text: str) -> Result:
    from allears.cli._progress import Progress
    from allears.hybrid.letters import align_letters

    folder, parts = open_parts(args)
    with Progress(1) as progress:
        progress.start_file(args.audio)
        return align_letters(_source(args), text, parts, folder.spec, on_progress=progress.update)


def _by_phones(args: argparse.Namespace, text: str) -> Result:
    from allears.hybrid.hearing import hearer_of
    from allears.hybrid.lexicon import Lexicon
    from allears.hybrid.phone_times import align_phones
    from allears.hybrid.phones import PhoneModel

    model = PhoneModel.load(args.hybrid)
    lexicon = model.lexicon.with_more(Lexicon.read(args.lexicon)) if args.lexicon else None
    return align_phones(_source(args), text, model, hearer_of(model, lambda: open_parts(args)), lexicon=lexicon)
