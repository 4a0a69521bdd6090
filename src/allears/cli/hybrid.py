"""The classical recogniser: hidden Markov models trained on your own clips, for small vocabularies.

`train --kind words` makes a GMM-HMM of each keyword, for words said alone. `train --kind phones` makes a DNN-HMM:
phones of three states, scored by a small network, with a lexicon in the format of cmudict; what is not in it is guessed
by its spelling, and a warning says so. `recognise` tells what was said. `allears align --hybrid` aligns phones with it.
Training needs the extra `allears[hybrid]`; recognising needs nothing.

examples:
  allears hybrid train digits/manifest.jsonl --kind words --out my-digits
  allears hybrid train prompts/manifest.jsonl --lexicon cmudict.dict --out my-phones
  allears hybrid recognise a.wav --hybrid my-digits
  allears hybrid recognise a.wav --hybrid my-phones --bigram sentences.txt
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._parts import open_parts
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allears.data.manifest import Clip
    from allears.hybrid.recognise import Recogniser
    from allears.runtime.result import Result

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "hybrid"

_PHONES, _WORDS = "phones", "words"
_FIELDS = {_PHONES: "text", _WORDS: "keyword"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs."""
    group = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    train = group.add_parser("train", help="make a model of a manifest's clips")
    train.add_argument("manifest", type=Path, metavar="MANIFEST", help="clips with a text or a keyword (docs/data.md)")
    train.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder of the new model")
    train.add_argument("--kind", choices=[_PHONES, _WORDS], default=_PHONES, help="default: phones")
    train.add_argument("--lexicon", metavar="FILE", help="pronunciations, for phones; guessed if left out")
    train.add_argument(
        "--features", choices=["encoder", "mfcc"], default="encoder", help="what the phones' network reads"
    )
    train.add_argument("--field", metavar="NAME", help="label of the clips (default: text, or keyword for words)")
    train.add_argument("--split", default="train", help="of the manifest; `all` for every clip (default: train)")
    train.add_argument("--seed", type=int, default=0, help="of what is drawn (default: 0)")
    train.set_defaults(do=_train)
    hear = group.add_parser("recognise", help="tell what was said")
    hear.add_argument("files", nargs="+", metavar="AUDIO", help="audio files, folders or patterns")
    hear.add_argument("--hybrid", required=True, metavar="FOLDER", help="what `train` made")
    hear.add_argument("--lexicon", metavar="FILE", help="pronunciations of words, before those of the model")
    hear.add_argument("--bigram", metavar="FILE", help="ARPA file, or sentences, a line each: which word follows which")
    hear.add_argument("--words", type=comma_list, metavar="A,B", help="the vocabulary; all of the model if left out")
    hear.add_argument("--single", action="store_true", help="a file has one word")
    hear.set_defaults(do=_recognise)
    for one in (train, hear):
        one.add_argument("--json", action="store_true", help="print JSON, a line a file")
        one.add_argument("--threads", type=whole_number, metavar="N", help="compute threads of the encoder")
        _session.add_model_argument(one)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return int(args.do(args))


def _train(args: argparse.Namespace) -> int:
    from allears.hybrid.corpus import labelled

    logging.getLogger("allears.hybrid").setLevel(logging.INFO)
    field, split = args.field or _FIELDS[args.kind], None if args.split == "all" else args.split
    clips = labelled(args.manifest, field, split)
    made = (_train_words if args.kind == _WORDS else _train_phones)(args, clips, field)
    about = {"folder": str(args.out), "kind": args.kind, "clips": len(clips), **made}
    print(json.dumps(about) if args.json else "\n".join(f"{name:<12} {value}" for name, value in about.items()))
    return _exit.OK


def _train_words(args: argparse.Namespace, clips: Sequence[Clip], field: str) -> dict[str, int]:
    from allears.hybrid.corpus import keyword_clips
    from allears.hybrid.train_words import WordOptions, train_words

    if args.lexicon:
        raise ValueError("--lexicon is for --kind phones: a word model learns each word as a whole")
    model = train_words(keyword_clips(clips, field), WordOptions(seed=args.seed))
    model.save(args.out)
    return {"words": len(model.words)}


def _train_phones(args: argparse.Namespace, clips: Sequence[Clip], field: str) -> dict[str, int]:
    from allears.hybrid.corpus import utterances
    from allears.hybrid.hearing import ears
    from allears.hybrid.lexicon import Lexicon
    from allears.hybrid.training import PhoneOptions, train_phones

    lexicon = Lexicon.read(args.lexicon) if args.lexicon else Lexicon({})
    listen, heard_by = ears(args.features, lambda: open_parts(args))
    given = utterances(clips, listen, field, _told)
    options = PhoneOptions(seed=args.seed)
    model = train_phones(given, lexicon, features=args.features, heard_by=heard_by, options=options)
    model.save(args.out)
    return {"phones": len(model.phones), "words": len(model.lexicon)}


def _told(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        print(f"{done} of {total} clips heard", file=sys.stderr, flush=True)


def _recognise(args: argparse.Namespace) -> int:
    from allears.audio import AudioError
    from allears.cli._paths import find_inputs

    inputs = find_inputs(args.files)
    for name, problem in inputs.problems.items():
        raise ValueError(f"{name}: {problem}")
    hear, code = _recogniser(args), _exit.OK
    for file in inputs.files:
        try:
            result = hear(sys.stdin.buffer if file == "-" else file)
        except (AudioError, OSError) as error:
            print(f"allears: {file}: {error}", file=sys.stderr)
            code = _exit.FAILED
            continue
        print(_line(file, result, args.json), flush=True)
    return code


def _recogniser(args: argparse.Namespace) -> Recogniser:
    from allears.hybrid import recognise, store
    from allears.hybrid.bigram import Bigram
    from allears.hybrid.hearing import hearer_of
    from allears.hybrid.lexicon import Lexicon
    from allears.hybrid.phones import PhoneModel

    if store.kind_of(args.hybrid) == _WORDS:
        wrong = [f"--{name}" for name in ("lexicon", "bigram", "words") if getattr(args, name)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: not for a model of whole words, which tells its own words alone")
        return recognise.word_recogniser(args.hybrid)
    if args.bigram and args.single:
        raise ValueError("--bigram and --single do not go together: where a file has one word, none follows another")
    model = PhoneModel.load(args.hybrid)
    return recognise.phone_recogniser(
        model,
        hearer_of(model, lambda: open_parts(args)),
        words=args.words,
        bigram=Bigram.read(args.bigram) if args.bigram else None,
        lexicon=model.lexicon.with_more(Lexicon.read(args.lexicon)) if args.lexicon else None,
        is_single=args.single,
    )


def _line(file: str, result: Result, is_json: bool) -> str:
    from allears.formats.json_ import as_json
    from allears.hybrid.recognise import KEYWORD

    if is_json:
        return json.dumps({**as_json(result), "file": file}, ensure_ascii=False)
    word = result.answers.get(KEYWORD)
    return f"{file}\t{result.text}" if word is None else f"{file}\t{word.label}\t{word.probability:.3f}"
