"""Domains that `hear --domain` knows: list them, build a pack from texts of your own, ask which one a text is of.

`build` counts the sentences of text files, one a line, into a small file; words and phrases of `--names` (one a line)
are proposed where something like them was heard. Nothing is trained, and it takes seconds.

  allears domains list
  allears domains build cinema films.txt reviews.txt --names titles.txt -o cinema.npz
  allears hear talk.wav --domain cinema.npz
  allears domains tell "will it rain tomorrow"
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allears.cli import _exit
from allears.cli._types import language

if TYPE_CHECKING:
    from allears.biasing.pack import Pack

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears domains`."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    build = actions.add_parser("build", help="make a pack of texts")
    build.add_argument("name", metavar="NAME", help="of the domain")
    build.add_argument("texts", nargs="+", type=Path, metavar="TEXTS", help="text files, a sentence a line")
    build.add_argument("--names", type=Path, metavar="FILE", help="words and phrases of the domain, one a line")
    build.add_argument("--language", type=language, default="en", metavar="XX", help="of the texts (en if left out)")
    build.add_argument("-o", "--output", type=Path, metavar="FILE", help="NAME.npz here if left out")
    tell = actions.add_parser("tell", help="say which domain a text is of")
    tell.add_argument("text", nargs="+", metavar="TEXT", help="a sentence")
    for action in (build, tell, actions.add_parser("list", help="list the domains that ship")):
        action.add_argument("--json", action="store_true", help="JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    {"build": _build, "list": _list, "tell": _tell}[args.action](args)
    return _exit.OK


def _build(args: argparse.Namespace) -> None:
    from allears.biasing.build import build_pack
    from allears.biasing.hotwords import Hotwords
    from allears.vocabulary import base_language

    output = args.output or Path(f"{args.name}.npz")
    if output.suffix != ".npz":
        raise ValueError(f"a pack is a file ending in .npz, got {output}: call it {output.with_suffix('.npz').name}")
    texts = [line for path in args.texts for line in path.read_text(encoding="utf-8-sig").splitlines()]
    names = Hotwords.load(args.names).weights if args.names else {}
    pack = build_pack(args.name, texts, phrases=names, language=base_language(args.language))
    pack.save(output)
    if args.json:
        print(json.dumps({"file": str(output), **_about(pack)}, ensure_ascii=False))
    else:
        print(f"{output}: {_line(pack)}")


def _list(args: argparse.Namespace) -> None:
    from allears.biasing.pack import OTHER, shipped

    packs = [pack for name, pack in shipped().items() if name != OTHER]
    if args.json:
        print(json.dumps([_about(pack) for pack in packs], ensure_ascii=False))
        return
    for pack in packs:
        print(f"{pack.name}: {_line(pack)}")


def _tell(args: argparse.Namespace) -> None:
    from allears.biasing.biasing import Biasing

    choice = Biasing(domain="auto").choose(" ".join(args.text))
    if args.json:
        found = {"label": choice.label, "probability": choice.probability, "probabilities": choice.probabilities}
        print(json.dumps(found))
        return
    print(f"{choice.label} {choice.probability:.2f}")


def _about(pack: Pack) -> dict[str, Any]:
    counts = {"words": len(pack.ngram.unigrams), "phrases": len(pack.phrases)}
    return {"name": pack.name, "language": pack.language, **counts, "source": pack.source}


def _line(pack: Pack) -> str:
    return f"{pack.language}, {len(pack.ngram.unigrams)} words, {len(pack.phrases)} phrases"
