"""Hear audio files: words with times, speech, language, voice, as a table or as files.

FILE is an audio file, a folder of them, a pattern (`'talks/*.m4a'`, `'**/*.wav'`), or `-` for standard input.
Without -f, a table for each file goes to stdout. With one -f and no -o, the format goes to stdout. With -o, a file
for each input and format is written there: `talk.wav` gives `talk.srt`; inputs of one name keep their suffix or get
their folder's name before it.

A file that cannot be heard is reported on stderr, the others are heard all the same, and the exit code is 1.

examples:
  allears hear talk.wav
  allears hear talk.wav -f srt > talk.srt
  allears hear recordings/ 'more/*.m4a' -f srt,json -o out/
  allears hear *.wav --json | jq .text
  allears hear order.wav --commands commands.yaml
  allears hear talk.wav --keywords
  allears hear noisy.wav --audio-out clean.wav
  allears hear --engine local archive/ --out heard/ --workers 4
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allears.cli import _archive, _exit, _grammar, _heard, _session
from allears.cli._paths import STDIN, find_inputs
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    from allears.cli._audio_out import AudioWriter
    from allears.cli._progress import Progress
    from allears.cli._writers import Writer
    from allears.commands.grammar import Grammar
    from allears.runtime.result import Result
    from allears.runtime.session import Session

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears hear`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="audio files, folders, patterns, or -")
    out = parser.add_argument_group("what comes out")
    out.add_argument(
        "-f", "--format", action="extend", type=comma_list, metavar="NAME",
        help="txt, json, srt, vtt, tsv, ctm, textgrid or all; several with commas",
    )  # fmt: skip
    out.add_argument(
        "-o", "--output", "--out", type=Path, metavar="DIR", help="write files there; made if it does not exist"
    )
    out.add_argument("--json", action="store_true", help="one JSON object a line and file, the same as -f json has")
    out.add_argument(
        "--audio-out", type=Path, metavar="PATH",
        help="write the sound without noise: a file ending in .wav or .flac, or a folder of WAV files",
    )  # fmt: skip
    _heard.add_arguments(parser)
    how = parser.add_argument_group("how")
    how.add_argument("-r", "--recursive", action="store_true", help="look into the subfolders of folders too")
    how.add_argument("--threads", type=whole_number, metavar="N", help="threads to compute with")
    how.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr, errors only")
    _archive.add_arguments(parser)
    _session.add_model_argument(how)


def run(args: argparse.Namespace) -> int:
    """Hear every file; the exit code says whether all of them could be heard."""
    if args.engine:
        return _archive.run_archive(args)
    from allears.cli._progress import Progress
    from allears.cli._writers import writer_for

    inputs = find_inputs(args.files, is_recursive=args.recursive)
    for given, problem in inputs.problems.items():
        _report(given, problem)
    num_failed = len(inputs.problems)
    if not inputs.files:
        return _exit.FAILED
    writer = writer_for(args.format, args.output, is_json=args.json, files=inputs.files)
    grammar = _grammar.load(args.commands, args) if args.commands else None
    audio_writer = _audio_writer(args, inputs.files)
    session = _session.open_session(args)
    session.load()  # before any clip, so that a damaged model ends the command and loading is not counted as hearing
    with Progress(len(inputs.files), is_quiet=args.quiet) as progress:
        for file, result in _hear_all(session, inputs.files, args, progress, grammar):
            if result is None:
                num_failed += 1
                continue
            _write(writer, file, result, session, progress)
            if audio_writer is not None:
                audio_writer(file, result)
    num_given = len(inputs.files) + len(inputs.problems)
    if num_failed and num_given > 1:
        print(f"allears hear: {num_failed} of {num_given} could not be heard", file=sys.stderr)
    return _exit.FAILED if num_failed else _exit.OK


def _audio_writer(args: argparse.Namespace, files: tuple[str, ...]) -> AudioWriter | None:
    """What writes the sound of `--audio-out`, for which `clean` is asked for beside what `--task` names."""
    if args.audio_out is None:
        return None
    from allears.cli._audio_out import audio_writer_for, with_clean

    args.task = with_clean(args.task, _session.open_folder(args).spec)
    return audio_writer_for(args.audio_out, files)


def _hear_all(
    session: Session,
    files: tuple[str, ...],
    args: argparse.Namespace,
    progress: Progress,
    grammar: Grammar | None,
) -> Iterator[tuple[str, Result | None]]:
    """Each file and its result; None, after a line on stderr, if it could not be heard."""
    from allears.runtime.onnx_file import ModelError

    for file in files:
        progress.start_file(file)
        source: Any = BytesIO(sys.stdin.buffer.read()) if file == STDIN else file
        result = None
        try:
            more: dict[str, Any] = {} if grammar is None else {"commands": grammar}
            result = session.hear(source, language=args.language, on_progress=progress.update, **more)
        except ModelError:  # would be said of every file
            raise
        except (ValueError, OSError) as error:
            progress.pause()
            _report(file, error)
        yield file, result


def _write(writer: Writer, file: str, result: Result, session: Session, progress: Progress) -> None:
    progress.pause()
    writer(file, result, session)
    sys.stdout.flush()


def _report(file: str, problem: object) -> None:
    """One line: which file, what is wrong; the file is not named twice."""
    text = " ".join(str(problem).split())
    print(f"allears hear: {text}" if file in text else f"allears hear: {file}: {text}", file=sys.stderr)
