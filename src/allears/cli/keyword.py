"""Wake words and keywords: add one by its spelling or by a few recordings, list them, remove one, find them in files.

`add` takes three to ten recordings of the keyword, spoken alone, by whoever will say it; or a spelling where the model
has a task `ctc`; or both. What is kept of a recording is what the encoder makes of it, in a folder of yours
(`ALLEARS_KEYWORDS` changes it), readable by you alone. A keyword of that name is replaced.

  allears keyword add computer clips/*.wav
  allears keyword add assistant --spelling "hey computer" --spelling "ok computer"
  allears keyword find talk.wav
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._paths import Inputs, find_inputs

if TYPE_CHECKING:
    from allears.keywords import Keyword, KeywordHit, Keywords
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.parts import Parts

__all__ = ["add_arguments", "run"]

_MOST_THREADS = 8  # more do not make windows of some seconds any faster
_USUAL_RATE = 0.1  # false accepts an hour: one in ten hours


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears keyword`."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    add = actions.add_parser("add", help="remember a keyword")
    add.add_argument("name", metavar="NAME", help="what its hits are called")
    add.add_argument("files", nargs="*", metavar="FILE", help="recordings of it: files, folders or patterns")
    add.add_argument(
        "--spelling", action="append", default=[], metavar="TEXT", help="how it is written; may be repeated"
    )
    _rate_argument(add, _USUAL_RATE, "the threshold is chosen for so many (0.1 if left out: one in ten hours)")
    add.add_argument(
        "--background", metavar="FOLDER", help="audio without the keyword, to measure its threshold on: an hour or more"
    )
    found = actions.add_parser("find", help="print where the keywords are said")
    found.add_argument("files", nargs="+", metavar="FILE", help="audio files, folders or patterns")
    _rate_argument(found, None, "in place of what each keyword was added with")
    remove = actions.add_parser("remove", help="delete a keyword")
    remove.add_argument("name", metavar="NAME", help="its name")
    for action in (add, found, remove, actions.add_parser("list", help="list the keywords")):
        action.add_argument("--json", action="store_true", help="JSON instead of text; a line a file for `find`")
        _session.add_model_argument(action)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return {"add": _add, "find": _find, "list": _list, "remove": _remove}[args.action](args)


def _rate_argument(parser: argparse.ArgumentParser, default: float | None, text: str) -> None:
    parser.add_argument("--false-accepts-per-hour", type=_rate, default=default, metavar="RATE", help=text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number above 0, such as 0.1, got {text!r}")
    return rate


def _parts(args: argparse.Namespace) -> tuple[ModelFolder, Parts]:
    from allears.runtime.parts import Parts

    folder = _session.open_folder(args)
    return folder, Parts(folder, min(_MOST_THREADS, os.cpu_count() or 1))


def _inputs(given: list[str]) -> Inputs:
    inputs = find_inputs(given)
    for name, problem in inputs.problems.items():
        raise ValueError(f"{name}: {problem}")
    return inputs


def _add(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from allears.keywords import Keywords, KeywordStore, keyword_of
    from allears.keywords.enrol import measure_background

    folder, parts = _parts(args)
    keyword = keyword_of(
        args.name,
        parts=parts,
        model=folder.spec,
        recordings=_inputs(args.files).files,
        spellings=args.spelling,
        false_accepts_per_hour=args.false_accepts_per_hour,
    )
    keywords = Keywords([keyword], folder.spec)  # raises if the model cannot find it
    if args.background:
        background = find_inputs([args.background], is_recursive=True)
        for name, problem in background.problems.items():
            raise ValueError(f"{name}: {problem}")
        tails = measure_background(keyword, background.files, parts, folder.spec)
        keyword = replace(keyword, tails=tails)
        keywords = Keywords([keyword], folder.spec)
    _advise(keyword, keywords)
    path = KeywordStore().save(keyword)
    if args.json:
        print(json.dumps({**_about(keyword), "file": str(path)}, ensure_ascii=False))
    else:
        print(f"added {keyword.name}: {_by(keyword)}")
    return _exit.OK


def _advise(keyword: Keyword, keywords: Keywords) -> None:
    """Say on stderr which examples would not be heard by the others; raise where it could never be heard.

    Raises:
        ValueError: no threshold is known, or none can be reached.
    """
    from allears.keywords.background import BEST, BY_EXAMPLES
    from allears.keywords.enrol import agreement

    thresholds = keywords.thresholds(keyword)
    never = [by for by, threshold in thresholds.items() if threshold >= BEST[by]]
    if never:
        problem = (
            f"{keyword.name!r} would never be heard by its {' or '.join(never)}: at "
            f"{keyword.false_accepts_per_hour:g} false accepts an hour the threshold is beyond the best score; allow "
            "more with --false-accepts-per-hour, give a longer spelling or recordings, or measure it with --background"
        )
        if len(never) == len(thresholds):
            raise ValueError(problem)
        print(problem, file=sys.stderr)
    alike = agreement(keyword)
    if not alike:
        return
    missed = [number for number, score in enumerate(alike, start=1) if score < thresholds[BY_EXAMPLES]]
    if missed:
        numbers = ", ".join(map(str, missed))
        print(
            f"recordings {numbers} of {len(alike)} are too unlike the others to be heard by them: say the keyword in "
            "the same way, or allow more with --false-accepts-per-hour",
            file=sys.stderr,
        )


def _find(args: argparse.Namespace) -> int:
    from allears.audio import AudioError
    from allears.cli._progress import Progress
    from allears.keywords import Keywords, find_in

    inputs = _inputs(args.files)
    folder, parts = _parts(args)
    keywords = Keywords.load(folder.spec)
    if not len(keywords):
        raise ValueError("there is no keyword to find: allears keyword add NAME FILE...")
    code = _exit.OK
    with Progress(len(inputs.files)) as progress:
        for file in inputs.files:
            progress.start_file(file)
            try:
                hits = find_in(file, keywords, parts, false_accepts_per_hour=args.false_accepts_per_hour)
            except (AudioError, OSError) as error:
                progress.pause()
                print(f"allears: {file}: {error}", file=sys.stderr)
                code = _exit.FAILED
                continue
            progress.pause()
            _print_hits(file, hits, args.json)
    return code


def _print_hits(file: str, hits: tuple[KeywordHit, ...], is_json: bool) -> None:
    if is_json:
        from dataclasses import asdict

        print(json.dumps({"file": file, "hits": [asdict(hit) for hit in hits]}, ensure_ascii=False), flush=True)
        return
    for hit in hits:
        print(
            f"{file}\t{hit.start_s:.2f}\t{hit.end_s:.2f}\t{hit.keyword}\t{hit.score:.3f}\t"
            f"{hit.false_accepts_per_hour:.1e}/h by {hit.by}",
            flush=True,
        )


def _list(args: argparse.Namespace) -> int:
    from allears.cli._rows import text_row
    from allears.cli._table import print_table
    from allears.keywords import KeywordStore

    store = KeywordStore()
    spec = _session.open_folder(args).spec
    keywords = store.load(f"{spec.name} {spec.version}")
    if args.json:
        about = {"folder": str(store.folder), "keywords": [_about(keyword) for keyword in keywords]}
        print(json.dumps(about, ensure_ascii=False, indent=2))
    elif not keywords:
        print(f"there is no keyword in {store.folder}: allears keyword add NAME FILE...")
    else:
        print_table(f"keywords in {store.folder}", [text_row(keyword.name, _by(keyword)) for keyword in keywords])
    return _exit.OK


def _remove(args: argparse.Namespace) -> int:
    from allears.keywords import KeywordStore

    KeywordStore().remove(args.name)
    print(json.dumps({"removed": args.name}, ensure_ascii=False) if args.json else f"removed {args.name}")
    return _exit.OK


def _by(keyword: Keyword) -> str:
    num = keyword.num_recordings
    ways = [f"{num} recording{'s' if num > 1 else ''}"] if num else []
    if keyword.spellings:
        ways.append("spelt " + ", ".join(repr(spelling) for spelling in keyword.spellings))
    where = ", threshold from your background" if keyword.tails else ""
    return f"{' and '.join(ways)}, {keyword.false_accepts_per_hour:g} false accepts an hour{where}"


def _about(keyword: Keyword) -> dict[str, object]:
    return {
        "name": keyword.name,
        "recordings": keyword.num_recordings,
        "spellings": list(keyword.spellings),
        "false_accepts_per_hour": keyword.false_accepts_per_hour,
        "own_background": bool(keyword.tails),
        "model": keyword.model,
    }
