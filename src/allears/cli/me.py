"""All that you left with allears (voices, keywords, words, corrections, adapters, lists): list, export, erase it.

It is in one folder (`ALLEARS_HOME` changes it), readable by you alone. `erase` shows what it would delete, and deletes
it with --yes; nothing of it is left then. `learn` makes an adapter of your corrected clips.

  allears me list
  allears me export mine.zip
  allears me import mine.zip
  allears me erase --yes
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit, _session

if TYPE_CHECKING:
    from allears.personal import OwnFile

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears me`."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    export = actions.add_parser("export", help="write everything to a zip")
    export.add_argument("file", type=Path, metavar="OUT.zip", help="to write")
    read = actions.add_parser("import", help="read a zip that `export` wrote")
    read.add_argument("file", type=Path, metavar="IN.zip", help="to read")
    read.add_argument("--replace", action="store_true", help="write over files that are others here")
    erase = actions.add_parser("erase", help="delete everything")
    erase.add_argument("--yes", action="store_true", help="really; without it, what would be deleted is shown")
    learn = actions.add_parser("learn", help="make an adapter of your corrected clips")
    learn.add_argument("--name", default="me", metavar="NAME", help="of the adapter (me if left out)")
    _session.add_model_argument(learn)
    for action in (export, read, erase, learn, actions.add_parser("list", help="show what there is")):
        action.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    {"erase": _erase, "export": _export, "import": _import, "learn": _learn, "list": _list}[args.action](args)
    return _exit.OK


def _list(args: argparse.Namespace) -> None:
    from allears.personal import own_files
    from allears.personal.folder import foreign_files
    from allears.user_data import user_home

    files = own_files()
    if args.json:
        print(json.dumps({"home": str(user_home()), **_about(files), "others": [str(p) for p in foreign_files()]}))
        return
    print(_table(f"in {user_home()}", files))
    _tell_others(foreign_files())


def _export(args: argparse.Namespace) -> None:
    from allears.personal import export_data

    files = export_data(args.file)
    print(json.dumps({"file": str(args.file), **_about(files)}) if args.json else _table(f"wrote {args.file}", files))


def _import(args: argparse.Namespace) -> None:
    from allears.personal import import_data

    written = import_data(args.file, replace=args.replace)
    if args.json:
        print(json.dumps({"written": [str(path) for path in written]}, ensure_ascii=False))
    else:
        print(f"wrote {len(written)} files; those that were the same stay")


def _erase(args: argparse.Namespace) -> None:
    from allears.personal import erase, own_files

    files = own_files()
    others = erase(files) if args.yes else ()
    if args.json:
        print(json.dumps({"erased": args.yes, **_about(files), "others": [str(path) for path in others]}))
    elif args.yes:
        print(_table("erased", files))
    else:
        print(_table("this would be erased", files))
        if files:
            print("nothing was erased yet: say --yes to erase it, `allears me export FILE.zip` to keep a copy")
    _tell_others(others)


def _learn(args: argparse.Namespace) -> None:
    from allears.personal.learn import learn

    done = learn(args.name, args.model)
    if args.json:
        errors = {"before": round(done.before, 4), "after": round(done.after, 4)}
        about = {"adapter": str(done.path), "clips": done.num_clips, "error": errors, "seconds": round(done.seconds, 1)}
        print(json.dumps(about, ensure_ascii=False))
        return
    print(f"wrote {done.path} from {done.num_clips} clips in {done.seconds:.0f} s")
    print(f"words wrong in the held-out clips: {100 * done.before:.1f} % before, {100 * done.after:.1f} % after")
    print(f"to use it: allears hear FILE --adapter {args.name}")


def _tell_others(paths: Sequence[Path]) -> None:
    if paths:
        print(f"{len(paths)} files there are not of allears and stay: {', '.join(map(str, paths))}", file=sys.stderr)


def _about(files: Sequence[OwnFile]) -> dict[str, object]:
    return {"files": [{"kind": f.kind, "file": str(f.path), "bytes": f.num_bytes} for f in files]}


def _table(title: str, files: Sequence[OwnFile]) -> str:
    """A line a kind."""
    lines = [f"{title}: {len(files)} files, {_size(sum(file.num_bytes for file in files))}"]
    for kind in dict.fromkeys(file.kind for file in files):
        own = [file for file in files if file.kind == kind]
        lines.append(f"  {kind}: {len(own)} files, {_size(sum(f.num_bytes for f in own))}, in {own[0].path.parent}")
    return "\n".join(lines)


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB" if num_bytes >= 1e5 else f"{num_bytes / 1e3:.1f} kB"
