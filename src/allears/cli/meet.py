"""Who said what and when: minutes of meetings, with speakers, moods and times.

FILE is an audio file, a folder of them, or a pattern. With --mic the microphone is heard until Ctrl-C; that needs the
extra: pip install 'allears[mic]'. Without -o, one format (md if -f is left out) goes to stdout. With -o, a file for
each recording and format is written there (md and json if -f is left out), and the work so far is kept in a folder
beside them, so that after a crash --resume goes on where it was. Enrolled voices give their names (`allears enroll`).

`allears meet rename MEETING.json WHO NAME` names a speaker in the minutes, in all files of them, and remembers the
voice, so that it is named in the next meeting.

examples:
  allears meet monday.wav
  allears meet monday.wav -f md,json,srt -o minutes/
  allears meet --mic -o minutes/
  allears meet rename minutes/monday.json 'Speaker 1' Ann
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit, _meet_rename, _session
from allears.cli._outputs import output_stems, prepare_folder, write_atomic
from allears.cli._paths import STDIN, find_inputs
from allears.cli._types import comma_list, language, whole_number

if TYPE_CHECKING:
    from allears.audio import AudioStream
    from allears.cli._progress import Progress
    from allears.meeting import Meeting, Minutes
    from allears.meeting.formats import MinutesFormat

__all__ = ["add_arguments", "run"]

RENAME = "rename"
_MIC, _ALL = "microphone", "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears meet`."""
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="audio files, folders or patterns; or: rename MEETING.json WHO NAME"
    )
    source = parser.add_argument_group("what is heard")
    source.add_argument("--mic", action="store_true", help="the microphone, until Ctrl-C")
    source.add_argument("--device", metavar="NAME", help="which microphone: its name or number")
    source.add_argument("--speakers", type=whole_number, metavar="N", help="how many speak; found if left out")
    source.add_argument("--language", type=language, metavar="XX", help="what is spoken; detected if left out")
    out = parser.add_argument_group("what comes out")
    out.add_argument(
        "-f", "--format", action="extend", type=comma_list, metavar="NAME",
        help="md, json, srt, vtt, rttm, textgrid, audacity or all; several with commas",
    )  # fmt: skip
    out.add_argument("-o", "--output", type=Path, metavar="DIR", help="write files there; made if it does not exist")
    out.add_argument("--json", action="store_true", help="one JSON object a line and recording")
    out.add_argument("--resume", action="store_true", help="go on with the work that a crash left in the folder of -o")
    how = parser.add_argument_group("how")
    how.add_argument("--threads", type=whole_number, metavar="N", help="threads to compute with")
    how.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr, errors only")
    _session.add_model_argument(how)


def run(args: argparse.Namespace) -> int:
    """Hear every meeting; or rename a speaker."""
    if args.files[:1] == [RENAME]:
        return _meet_rename.rename(args.files[1:], args)
    from allears.cli._progress import Progress
    from allears.meeting import Meeting

    files, num_failed = _inputs(args)
    formats = _formats(args, len(files))
    if args.output is not None:
        prepare_folder(args.output)
    meeting = Meeting(_session.open_session(args), language=args.language)
    stems = output_stems(files)
    with Progress(len(files), is_quiet=args.quiet) as progress:
        for file in files:
            num_failed += not _meet(meeting, file, stems[file], formats, args, progress)
    return _exit.FAILED if num_failed else _exit.OK


def _inputs(args: argparse.Namespace) -> tuple[tuple[str, ...], int]:
    """What is heard, and how much of what was given cannot be.

    Raises:
        ValueError: options that do not go together, or nothing to hear.
    """
    if args.mic == bool(args.files):
        raise ValueError("hear one thing: give FILE, or --mic")
    if args.device is not None and not args.mic:
        raise ValueError("--device is for --mic: leave it out, or add --mic")
    if args.resume and args.output is None:
        raise ValueError("--resume needs the folder that the work is in: add -o DIR")
    if args.mic:
        return (_MIC,), 0
    inputs = find_inputs(args.files)
    for given, problem in inputs.problems.items():
        _report(given, problem)
    if not inputs.files:
        raise ValueError("there is nothing to hear: give audio files")
    if STDIN in inputs.files:
        raise ValueError("a meeting is not heard from standard input: give a file, or --mic")
    return inputs.files, len(inputs.problems)


def _formats(args: argparse.Namespace, num_files: int) -> dict[str, MinutesFormat]:
    """The formats to write; none with `--json`."""
    from allears.meeting.formats import MINUTES_FORMATS

    if args.json and (args.format or args.output):
        raise ValueError("--json writes lines to stdout and goes with neither -f nor -o: use -f json -o DIR for files")
    usual = ["md"] if args.output is None else ["md", "json"]
    names = list(MINUTES_FORMATS) if _ALL in (args.format or ()) else args.format or usual
    if args.output is None and not args.json and (len(names) > 1 or num_files > 1):
        raise ValueError(f"{num_files} recordings as {', '.join(names)} cannot share stdout: add -o DIR to have files")
    return {} if args.json else {name: MINUTES_FORMATS[name]() for name in names}


def _meet(
    meeting: Meeting,
    file: str,
    stem: str,
    formats: dict[str, MinutesFormat],
    args: argparse.Namespace,
    progress: Progress,
) -> bool:
    """Hear one meeting and write its minutes; false, after a line on stderr, if it cannot be heard."""
    from allears.runtime.onnx_file import ModelError

    work = None if args.output is None else args.output / f".{stem}.work"
    is_resumed = args.resume and work is not None and work.is_dir()
    progress.start_file(file)
    try:
        minutes = meeting.hear(
            _microphone(args) if file == _MIC else file,
            num_speakers=args.speakers, work=work, is_resumed=is_resumed, on_progress=progress.update,
        )  # fmt: skip
        progress.pause()
        _write(minutes, stem, formats, args)
    except ModelError:  # would be said of every file
        raise
    except (ValueError, OSError) as error:
        progress.pause()
        _report(file, error)
        return False
    if work is not None:
        from allears.meeting.work import Work

        Work.finish(work)
    return True


def _microphone(args: argparse.Namespace) -> AudioStream:
    from allears.cli._microphone import microphone
    from allears.cli._recording import until_interrupted

    if not args.quiet:
        print("listening; Ctrl-C ends the meeting", file=sys.stderr)
    return until_interrupted(microphone(16_000, args.device), 16_000, _MIC)


def _write(minutes: Minutes, stem: str, formats: dict[str, MinutesFormat], args: argparse.Namespace) -> None:
    if args.json:
        from allears.meeting.formats.json_ import as_json

        print(json.dumps(as_json(minutes), ensure_ascii=False), flush=True)
        return
    for format_ in formats.values():
        if args.output is None:
            sys.stdout.write(format_.write(minutes))
            continue
        path = args.output / f"{stem}{format_.suffix}"
        write_atomic(path, format_.write(minutes), is_private=format_.is_private)
        print(path)


def _report(file: str, problem: object) -> None:
    """One line: which file, what is wrong; the file is not named twice."""
    text = " ".join(str(problem).split())
    print(f"allears meet: {text}" if file in text else f"allears meet: {file}: {text}", file=sys.stderr)
