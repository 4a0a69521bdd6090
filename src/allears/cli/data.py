"""Look at, check and make training data: prepare, check, show, compose, teach.

`prepare` writes a manifest of a corpus as it was downloaded, `check` counts and finds what is wrong, `show` prints
clips as allears reads them, `compose` makes clips of random length from those there are, `teach` lets a padded Whisper
write down what it hears, as labels to train on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit

if TYPE_CHECKING:
    from allears.data.manifest import Clip

__all__ = ["add_arguments", "run"]

_LINE_EVERY_S = 5.0  # seconds between progress lines where there is no terminal
_SAVE_EVERY = 100  # clips after which `teach` writes its manifest: a killed run shows what it has


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's own verbs."""
    group = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_prepare(group)
    check = _add(group, "check", _check, "count clips and labels, find everything that is wrong; repairs nothing")
    check.add_argument("paths", nargs="+", metavar="PATH", help="manifest, table, cuts, or folder of a known layout")
    check.add_argument("--quick", action="store_true", help="do not listen: rows, files and their heads only")
    check.add_argument("--json", action="store_true", help="everything found, as JSON")
    check.add_argument("--threads", type=int, help="threads that read (default: one a processor)")
    _add_reader(check)
    show = _add(group, "show", _show, "the first clips, as allears reads them, one JSON object a line")
    show.add_argument("path", metavar="PATH")
    show.add_argument("-n", type=int, default=5, help="how many (default: %(default)s)")
    _add_reader(show)
    _add_split(show)
    _add_compose(group)
    _add_teach(group)


def run(args: argparse.Namespace) -> int:
    """Run the verb that was asked for."""
    return int(args.run_data(args))


def _add_prepare(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    prepare = _add(group, "prepare", _prepare, "write a manifest of a corpus as it was downloaded; prints its licence")
    prepare.add_argument("name", nargs="?", metavar="NAME", help="of the corpus, see --list")
    prepare.add_argument("dir", nargs="?", metavar="DIR", help="folder into which the corpus was unpacked; only read")
    prepare.add_argument("--out", type=Path, metavar="MANIFEST_DIR", help="folder for manifest.jsonl, sentences.jsonl")
    prepare.add_argument("--list", action="store_true", help="all corpora: layout, labels, licence, where they are")
    prepare.add_argument("--json", action="store_true", help="the answer as JSON")


def _add_compose(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compose = _add(group, "compose", _compose, "new clips of random length: pieces of long ones, strings of short ones")
    compose.add_argument("path", metavar="PATH")
    compose.add_argument("out", metavar="OUT", type=Path, help="folder for the audio and manifest.jsonl")
    compose.add_argument("--crops", type=int, default=0, help="random pieces to cut (default: %(default)s)")
    compose.add_argument("--strings", type=int, default=0, help="strings to make (default: %(default)s)")
    compose.add_argument("--min-s", type=float, default=3.0, help="shortest string, s (default: %(default)s)")
    compose.add_argument("--max-s", type=float, default=28.0, help="longest string, s (default: %(default)s)")
    compose.add_argument("--seed", type=int, default=0)
    _add_reader(compose)
    _add_split(compose)


def _add_teach(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    teach = _add(group, "teach", _teach, "let a padded Whisper label clips; a run that was stopped goes on")
    teach.add_argument("path", metavar="PATH")
    teach.add_argument("out", metavar="OUT", type=Path, help="folder for the labels and manifest.jsonl")
    teach.add_argument("--teacher", type=Path, required=True, help="folder of a Whisper of Hugging Face")
    teach.add_argument("--batch-size", type=int, default=4, help="clips at a time (default: %(default)s)")
    _add_reader(teach)
    _add_split(teach)


def _add(
    group: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    function: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = group.add_parser(name, help=text, description=text)
    parser.set_defaults(run_data=function)
    return parser


def _add_reader(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", default="auto", help="how PATH is laid out (default: looks)")


def _add_split(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--split", help="only this split: train, dev or test")


def _prepare(args: argparse.Namespace) -> int:
    from allears.cli import _corpora

    if args.list:
        print(_corpora.listing(is_json=args.json))
        return _exit.OK
    if not (args.name and args.dir and args.out):
        raise ValueError("give NAME DIR --out MANIFEST_DIR, or --list to see the names")
    from allears.data.prepare import prepare

    prepared = prepare(args.name, args.dir, args.out, on_progress=lambda count: _note(f"read {count:,} items"))
    print(json.dumps(prepared.to_dict(), ensure_ascii=False, indent=2) if args.json else _corpora.as_text(prepared))
    return _exit.OK


def _note(text: str) -> None:
    print(text, file=sys.stderr)


def _check(args: argparse.Namespace) -> int:
    from allears.data.check import check
    from allears.data.findings import Level

    report = check(
        args.paths, reader=args.reader, is_quick=args.quick, num_threads=args.threads, on_progress=_progress("checked")
    )
    print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if args.json else report.to_text())
    return _exit.FAILED if report.count(Level.ERROR) else _exit.OK


def _show(args: argparse.Namespace) -> int:
    from itertools import islice

    from allears.data.open import open_clips

    for clip in islice(open_clips(args.path, reader=args.reader, split=args.split), args.n):
        print(json.dumps(clip.to_row(Path()), ensure_ascii=False))
    return _exit.OK


def _compose(args: argparse.Namespace) -> int:
    from allears.data.compose import ComposePlan, compose
    from allears.data.manifest import write_manifest

    plan = ComposePlan(num_crops=args.crops, num_strings=args.strings, min_s=args.min_s, max_s=args.max_s)
    made = compose(_clips(args), args.out, plan, seed=args.seed)
    return _done(args.out / "manifest.jsonl", write_manifest(made, args.out / "manifest.jsonl"))


def _teach(args: argparse.Namespace) -> int:
    from allears.data.manifest import write_manifest
    from allears.data.teach import Teacher, teach

    clips = _clips(args)
    manifest, on_progress = args.out / "manifest.jsonl", _progress("taught")
    taught: list[Clip] = []
    for clip in teach(Teacher.from_pretrained(args.teacher), clips, args.out / "labels", batch_size=args.batch_size):
        taught.append(clip)
        on_progress(len(taught), len(clips))
        if len(taught) % _SAVE_EVERY == 0:
            write_manifest(taught, manifest)
    return _done(manifest, write_manifest(taught, manifest))


def _clips(args: argparse.Namespace) -> list[Clip]:
    from allears.data.open import open_clips

    clips = list(open_clips(args.path, reader=args.reader, split=args.split))
    if not clips:
        raise ValueError(
            f"{args.path} has no clip of split {args.split or 'any'}: look at it with `allears data check`"
        )
    return clips


def _done(path: Path, count: int) -> int:
    print(f"{path}: {count} clips")
    return _exit.OK


def _progress(what: str) -> Callable[[int, int], None]:
    """A line on stderr: rewritten on a terminal, a new one every few seconds elsewhere."""
    started = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        is_end, is_terminal = done == total, sys.stderr.isatty()
        if not is_end and now - last < (0.1 if is_terminal else _LINE_EVERY_S):
            return
        last = now
        left_s = (now - started) / done * (total - done)
        text = f"{what} {done:,} of {total:,} clips, {left_s:.0f} s left"
        print(f"\r{text:<60}" if is_terminal else text, end="\n" if is_end or not is_terminal else "", file=sys.stderr)
        sys.stderr.flush()

    return show
