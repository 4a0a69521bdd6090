"""Word error rate of `hear` against the same Whisper base weights padded to 30 s, and against faster-whisper.

python benchmarks/asr.py --model DIR --data DIR --whisper-hf DIR --whisper-ct2 DIR --out asr.json

Sets: librispeech-mini dev (30 read sentences) and asterisk-prompts English test, without its one clip longer than
Whisper's window of 30 s. Whisper's English normaliser on both sides. The interval of the difference is a paired
bootstrap over clips.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.cache import Cache
from common.corpora import NAMES, clips_of, within
from common.run import Table, arguments, progress, run
from common.stats import bootstrap
from common.text import WordErrors, align, is_repeated, normaliser, pooled_wer
from peers.faster import FasterWhisper
from peers.ours import session
from peers.padded import PaddedWhisper

SETS = (("librispeech-mini", "dev"), ("asterisk-prompts", "test"))
OURS, CTC = "allears", "ctc"

Hear = Callable[[Clip], str]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    systems = _systems(args)
    results: dict[str, Any] = {}
    rows = []
    for corpus, split in SETS:
        clips = within(clips_of(args.data, corpus, split, language="en"), 0, 30, why="the baseline hears one window")
        scores = _score_set(clips[: args.limit], systems)
        results[corpus] = _summary(scores, args.seed)
        rows += [_row(corpus, len(clips[: args.limit]), name, results[corpus][name]) for name in systems]
    table: Table = {
        "title": "Word error rate, %",
        "columns": ["set", "clips", "system", "WER (95 %)", "minus padded, points", "S / D / I", "words", "repeated"],
        "rows": rows,
        "notes": ["Repeated: compression over 2.4, or up to 5 words 3 times in a row (not so in the reference)."],
    }
    return {"results": results, "tables": [table]}


def _systems(args: argparse.Namespace) -> dict[str, Hear]:
    ours = session(args, ["transcribe"])
    systems: dict[str, Hear] = {}
    if ours is not None:
        systems[OURS] = lambda clip: ours.hear(load_clip(clip), sample_rate=SAMPLE_RATE, language="en").text
        if any(task.name == CTC for task in ours.spec.tasks):
            systems[f"{OURS}, {CTC}"] = lambda clip: _spelled(ours, clip)
    if args.ours_only:
        return systems
    padded, faster = PaddedWhisper(args), FasterWhisper(args)
    kept_padded = Cache(args.cache, f"asr-padded-{importlib.metadata.version('transformers')}")
    kept_faster = Cache(args.cache, f"asr-faster-{importlib.metadata.version('faster-whisper')}")
    systems[padded.name] = _kept(kept_padded, padded.transcribe)
    systems[faster.name] = _kept(kept_faster, faster.transcribe)
    return systems


def _spelled(ours: Session, clip: Clip) -> str:
    """What the CTC head writes by itself."""
    spelled = ours.hear(load_clip(clip), sample_rate=SAMPLE_RATE, language="en", tasks=[CTC]).spelled
    return "" if spelled is None else spelled.text


def _kept(cache: Cache, transcribe: Callable[[np.ndarray], str]) -> Hear:
    def hear(clip: Clip) -> str:
        return str(cache.get(f"{clip.source}/{clip.id}", lambda: transcribe(load_clip(clip))))

    return hear


def _score_set(clips: list[Clip], systems: dict[str, Hear]) -> dict[str, list[dict[str, Any]]]:
    words = normaliser()
    scores: dict[str, list[dict[str, Any]]] = {name: [] for name in systems}
    for number, clip in enumerate(clips, start=1):
        reference = words(clip.labels["text"])
        for name, hear in systems.items():
            text = hear(clip)
            heard = words(text)
            errors = align(reference, heard)
            repeated = is_repeated(text, heard, reference)
            scores[name].append({"id": clip.id, "text": text, "errors": errors, "repeated": repeated})
        progress(f"asr: {NAMES.get(clip.source or '', clip.source)} {number}/{len(clips)}")
    return scores


def _summary(scores: dict[str, list[dict[str, Any]]], seed: int) -> dict[str, Any]:
    summary: dict[str, Any] = {}
    base: list[WordErrors] | None = [clip["errors"] for clip in scores.get(PaddedWhisper.name, ())] or None
    for name, clips in scores.items():
        errors: list[WordErrors] = [clip["errors"] for clip in clips]
        spread = bootstrap(lambda w, e=errors: pooled_wer(e, w), len(errors), seed=seed)
        summary[name] = {
            "wer": asdict(spread),
            "wer_text": spread.percent(),
            **_difference(errors, base, seed, is_base=name == PaddedWhisper.name),
            "sdi": [sum(getattr(e, kind) for e in errors) for kind in ("substitutions", "deletions", "insertions")],
            "words": sum(e.words for e in errors),
            "num_repeated": sum(clip["repeated"] for clip in clips),
            "clips": [clip | {"errors": asdict(clip["errors"])} for clip in clips],
        }
    return summary


def _difference(errors: list[WordErrors], base: list[WordErrors] | None, seed: int, *, is_base: bool) -> dict[str, Any]:
    """From the padded baseline, if it was asked."""
    if base is None:
        return {"difference": None, "difference_text": ""}
    difference = bootstrap(lambda w: pooled_wer(errors, w) - pooled_wer(base, w), len(errors), seed=seed)
    return {"difference": asdict(difference), "difference_text": "" if is_base else difference.percent()}


def _row(corpus: str, count: int, name: str, found: dict[str, Any]) -> list[str]:
    sdi = " / ".join(map(str, found["sdi"]))
    return [
        NAMES[corpus], str(count), name, found["wer_text"], found["difference_text"], sdi, str(found["words"]),
        str(found["num_repeated"]),
    ]  # fmt: skip


if __name__ == "__main__":
    run("asr", arguments(__doc__).parse_args(), measure)
