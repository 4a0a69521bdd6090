"""What ordinary sound scores against keywords of some length: makes `src/allears/keywords/background.json`.

python benchmarks/keyword_background.py --data DIR --out src/allears/keywords/background.json [--limit CLIPS]

Background: train clips of speechocean762, asterisk-prompts and noise (`--limit` of each). Pseudo-keywords: those of
precise-community and the ten spoken digits, five examples of each from its train split (digits: of five speakers).
Each pseudo-keyword's peaks give a tail (`allears/keywords/background.py`); its score at one false accept an hour is
fitted as a line in the logarithm of the length. What ships lies one residual standard deviation above that line, so
that five of six keywords have fewer false accepts than asked for. No clip of wake-words, which `keywords.py` measures
on, is used.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.keywords import Keyword, Keywords, Tail, keyword_of
from allears.keywords.background import fit_tail
from allears.keywords.hits import peaks
from allears.keywords.spotter import CTC
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.spec import ModelSpec
from allears.texts import plain_words
from common.corpora import clips_of
from common.run import arguments, progress, write_json

BACKGROUND = ("speechocean762-train", "asterisk-prompts", "noise")  # all with texts, or without speech
KEYWORDS = ("precise-community", "spoken-digits")
EXAMPLES = 5


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Way of hearing -> what `background.json` holds."""
    folder = ModelFolder(args.model)
    parts, spec = Parts(folder, args.threads), folder.spec
    keywords = Keywords(_pseudo_keywords(args, parts, spec), spec)
    found: dict[str, dict[str, tuple[int, list[float]]]] = {}
    num_samples = 0
    for corpus in BACKGROUND:
        clips = clips_of(args.data, corpus, "train")
        random.Random(args.seed).shuffle(clips)
        for number, clip in enumerate(clips[: args.limit]):
            if number % 100 == 0:
                progress(f"{corpus}: {number}")
            text = plain_words(str(clip.labels.get("text", "")))
            audio = load_clip(clip)[: round(spec.max_window_s * SAMPLE_RATE)]
            num_samples += len(audio)
            layers = parts.encode(audio)
            ctc = parts.head(CTC, layers) if keywords.needs_ctc else None
            for keyword, by, length, scores, _ in keywords.scores(layers, ctc, num_frames=parts.num_frames(len(audio))):
                if keyword.name in text:
                    continue  # it may well be said there: no background for this one
                known = found.setdefault(by, {}).setdefault(keyword.name, (length, []))
                known[1].extend(score for _, _, score in peaks(scores, -1e6))
    hours = num_samples / SAMPLE_RATE / 3600
    model = f"{spec.name} {spec.version}"
    return {
        by: line_of([(length, fit_tail(scores, hours)) for length, scores in each.values()], model)
        for by, each in found.items()
    }


def line_of(tails: Sequence[tuple[int, Tail]], model: str) -> dict[str, Any]:
    """(length, tail) of the pseudo-keywords -> the line of the module, one residual standard deviation higher."""
    sizes = np.log([length for length, _ in tails])
    scores = np.array([tail.score for _, tail in tails])
    slope, offset = np.polyfit(sizes, scores, 1)
    spread = float(np.std(scores - offset - slope * sizes, ddof=2))
    return {
        "model": model,
        "score": [round(float(offset) + spread, 4), round(float(slope), 4)],
        "per_decade": round(float(np.mean([tail.per_decade for _, tail in tails])), 4),
        "hours": round(tails[0][1].hours, 2),
        "spread": round(spread, 4),
        "num_keywords": len(tails),
        "lengths": [min(length for length, _ in tails), max(length for length, _ in tails)],
    }


def _pseudo_keywords(args: argparse.Namespace, parts: Parts, spec: ModelSpec) -> list[Keyword]:
    has_ctc = any(task.name == CTC for task in spec.tasks)
    made: list[Keyword] = []
    for corpus in KEYWORDS:
        clips = [clip for clip in clips_of(args.data, corpus, "train") if "keyword" in clip.labels]
        random.Random(args.seed).shuffle(clips)
        for name in sorted({str(clip.labels["keyword"]) for clip in clips} - {"computer", "hey computer"}):
            by_speaker: dict[str, list[np.ndarray]] = {}
            for clip in (clip for clip in clips if clip.labels["keyword"] == name):
                try:
                    audio = load_clip(clip)
                    keyword_of(name, parts=parts, model=spec, recordings=[audio])
                except ValueError as error:
                    progress(f"{clip.id}: not taken, {error}")
                    continue
                by_speaker.setdefault(str(clip.labels.get("speaker", clip.id)), [audio])
                if len(by_speaker) == EXAMPLES:
                    break
            recordings = [one for some in by_speaker.values() for one in some]
            spellings = (name,) if has_ctc and clips[0].labels.get("language") == "en" else ()
            made.append(keyword_of(name, parts=parts, model=spec, recordings=recordings, spellings=spellings))
    return made


if __name__ == "__main__":
    arguments_ = arguments(__doc__ or "").parse_args()
    measured = measure(arguments_)
    if arguments_.out:
        write_json(measured, arguments_.out)
    else:
        json.dump(measured, sys.stdout, indent=2)
