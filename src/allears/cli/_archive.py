"""`allears hear --engine`: an archive heard by several processes or machines, with progress and a summary."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._paths import STDIN, find_inputs
from allears.cli._types import whole_number

if TYPE_CHECKING:
    from allears.archive.hearer import Outcome, SessionOptions
    from allears.archive.items import Item
    from allears.archive.summary import Summary

__all__ = ["ENGINES", "add_arguments", "run_archive"]

ENGINES = ("local", "ray")
_MANIFEST = ".jsonl"
_UNFIT = {"format": "-f", "audio_out": "--audio-out", "commands": "--commands", "keywords": "--keywords"}
_LINE_EVERY_S = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the group "archives"."""
    many = parser.add_argument_group("archives (docs/archives.md)")
    many.add_argument(
        "--engine", choices=ENGINES,
        help="hear a manifest (.jsonl) or folders with several processes, or with Ray, into -o; a killed run goes on",
    )  # fmt: skip
    many.add_argument("--workers", type=whole_number, metavar="N", help="sessions at the same time; half the cores")
    many.add_argument("--retry", action="store_true", help="try again what could not be heard before")
    many.add_argument("--ray-address", metavar="ADDRESS", help="of a Ray cluster; this machine if left out")


def run_archive(args: argparse.Namespace) -> int:
    """Hear the archive; code 1 if some of it could not be heard."""
    _check(args)
    from allears.archive.run import hear_archive

    items = _items(args)
    told = _Told(len(items), is_quiet=args.quiet)
    summary = hear_archive(
        items, args.output, _options(args), engine=args.engine, num_workers=args.workers or _workers(args),
        address=args.ray_address, is_retrying=args.retry, on_outcome=told.tell,
    )  # fmt: skip
    print(json.dumps(summary.to_dict()) if args.json else _text(summary))
    return _exit.FAILED if summary.num_failed else _exit.OK


def _check(args: argparse.Namespace) -> None:
    if args.output is None:
        raise ValueError("--engine writes files: say where with --out DIR")
    if wrong := [option for name, option in _UNFIT.items() if getattr(args, name, None)]:
        raise ValueError(f"{wrong[0]} does not go with --engine, which writes JSON: leave it out")
    if args.ray_address and args.engine != "ray":
        raise ValueError("--ray-address is of --engine ray: name that engine, or leave it out")


def _items(args: argparse.Namespace) -> list[Item]:
    """The clips of manifests, or the files of folders.

    Raises:
        ValueError: there are none, or both kinds.
    """
    from allears.archive.items import items_of_files, items_of_manifest

    manifests = [file for file in args.files if file.endswith(_MANIFEST)]
    if manifests:
        if len(args.files) > 1:
            raise ValueError("an archive is one manifest, or files and folders: run once for each manifest")
        return items_of_manifest(manifests[0])
    inputs = find_inputs(args.files, is_recursive=True)
    if inputs.problems:
        name, problem = next(iter(inputs.problems.items()))
        raise ValueError(f"{name}: {problem}")
    if STDIN in inputs.files:
        raise ValueError("--engine cannot hear standard input: name files, folders or a manifest")
    return items_of_files(inputs.files)


def _options(args: argparse.Namespace) -> SessionOptions:
    from allears.archive.hearer import SessionOptions

    return SessionOptions(
        model=args.model,
        tasks=tuple(args.task) if args.task else None,
        languages=tuple(args.languages) if args.languages else None,
        hotwords=None if args.hotwords is None else str(args.hotwords.absolute()),
        domain=args.domain,
        understand=args.understand or os.environ.get("ALLEARS_UNDERSTAND"),
        adapters=tuple(args.adapter or ()),
        user_words=args.user_words,
        language=args.language,
        num_threads=args.threads or 1,
    )


def _workers(args: argparse.Namespace) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // (2 * (args.threads or 1)))


class _Told:
    """Progress on stderr: a line now and then, as an archive takes hours and is watched in a log."""

    def __init__(self, num_clips: int, *, is_quiet: bool) -> None:
        self._num_clips, self._is_quiet, self._now = num_clips, is_quiet, time.monotonic
        self._num_done, self._audio_s, self._begun = 0, 0.0, self._now()
        self._said = self._begun

    def tell(self, outcome: Outcome) -> None:
        """After each clip."""
        self._num_done, self._audio_s = self._num_done + 1, self._audio_s + outcome.duration_s
        at = self._now()
        if self._is_quiet or at - self._said < _LINE_EVERY_S:
            return
        self._said = at
        speed = self._audio_s / (at - self._begun)
        line = f"{self._num_done} clips of {self._num_clips}, {self._audio_s / 3600:.2f} h, {speed:.1f} times real time"
        print(f"allears hear: {line}", file=sys.stderr, flush=True)


def _text(summary: Summary) -> str:
    known = f", {summary.num_known} known before" if summary.num_known else ""
    failed = f", {summary.num_failed} could not be heard (errors.jsonl)" if summary.num_failed else ""
    clips = f"{summary.num_heard} of {summary.num_clips} clips heard{known}{failed}"
    hours = f"{summary.audio_s / 3600:.3f} h of audio in {summary.took_s:.1f} s"
    speed = f"{summary.times_real_time:.1f} times real time; real-time factor of a worker"
    return f"{clips}: {hours}, {speed} {summary.real_time_factor:.3f}"
