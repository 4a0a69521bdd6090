"""What ordinary sound scores against keywords of some length: makes `src/allears/keywords/background.json`.

python benchmarks/keyword_background.py --data DIR --out src/allears/keywords/background.json [--limit CLIPS]

Background: train clips of speechocean762, EmoDB and noise (`--limit` of each), joined to pieces as `keywords.py` joins
them; a piece whose text has the keyword does not count for it. Pseudo-keywords: those of
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
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.decode.spelling_heads import letters_head
from allears.keywords import Keyword, Keywords, Tail, keyword_of
from allears.keywords.background import NEAR_BEST, fit_tail
from allears.keywords.enrol import templates_of
from allears.keywords.hits import Scores, peaks
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.spec import ModelSpec
from allears.texts import plain_words
from common.corpora import clips_of
from common.keyword_sounds import joined, pieces
from common.run import arguments, progress, write_json

BACKGROUND = ("noise", "emodb", "speechocean762-train")  # all with texts, without speech, or in German
KEYWORDS = ("precise-community", "spoken-digits")
SPELLINGS = (
    "zebra", "butler", "jupiter", "lantern", "samantha", "assistant", "television", "hey robot", "hey sunshine",
    "kitchen light",
)  # fmt: skip
EXAMPLES = 5


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Way of hearing -> what `background.json` holds."""
    folder = ModelFolder(args.model)
    parts, spec = Parts(folder, args.threads), folder.spec
    keywords = Keywords(_pseudo_keywords(args, parts, spec), spec)
    heard: dict[tuple[str, str], Heard] = {}
    started = time.process_time()
    for number, (text, audio) in enumerate(_background(args)):
        for keyword, by, length, scores, _ in _scores(audio, keywords, parts):
            if keyword.name in text:
                continue  # it may well be said there: no background for this one
            known = heard.setdefault((by, keyword.name), Heard(by, length))
            known.scores.extend(score for _, _, score in peaks(scores, -1e6))
            known.num_samples += len(audio)
        if number % 50 == 49:
            progress(f"background: {number + 1} pieces, {time.process_time() - started:.0f} s of one core")
    model = f"{spec.name} {spec.version}"
    return {
        by: line_of([(one.length, one.tail) for (way, _), one in heard.items() if way == by], model)
        for by in dict.fromkeys(way for way, _ in heard)
    }


@dataclass
class Heard:
    """What the background says of one keyword in one way: its length, its peaks, and how much of it there was."""

    by: str
    length: int
    scores: list[float] = field(default_factory=list)
    num_samples: int = 0

    @property
    def tail(self) -> Tail:
        return fit_tail(self.scores, self.num_samples / SAMPLE_RATE / 3600, best=NEAR_BEST.get(self.by))


def _background(args: argparse.Namespace) -> Iterator[tuple[str, np.ndarray]]:
    """(what is said, samples) of pieces."""
    for corpus in BACKGROUND:
        clips = clips_of(args.data, corpus, "train")
        random.Random(args.seed).shuffle(clips)
        for piece in pieces(clips[: args.limit]):
            yield plain_words(" ".join(str(clip.labels.get("text", "")) for clip in piece)), joined(piece)


def _scores(audio: np.ndarray, keywords: Keywords, parts: Parts) -> Iterator[tuple[Keyword, str, int, Scores, float]]:
    layers = parts.encode(audio)
    ctc = None if keywords.head is None else parts.head(keywords.head, layers)
    return keywords.scores(layers, ctc, num_frames=parts.num_frames(len(audio)))


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
        **({} if tails[0][1].best is None else {"best": tails[0][1].best}),
    }


def _pseudo_keywords(args: argparse.Namespace, parts: Parts, spec: ModelSpec) -> list[Keyword]:
    """By examples and by their names, where English; then those by their spelling alone."""
    model = f"{spec.name} {spec.version}"
    has_ctc = letters_head(spec) is not None
    made = [Keyword(name, model, (name,)) for name in SPELLINGS if has_ctc]
    for corpus in KEYWORDS:
        clips = [clip for clip in clips_of(args.data, corpus, "train") if "keyword" in clip.labels]
        random.Random(args.seed).shuffle(clips)
        for name in sorted({str(clip.labels["keyword"]) for clip in clips} - {"computer", "hey computer"}):
            own = [clip for clip in clips if clip.labels["keyword"] == name]
            spellings = (name,) if has_ctc and own[0].labels.get("language") == "en" else ()
            if not args.spelling_only:
                recordings = _recordings(own, parts, spec)
                made.append(keyword_of(name, parts=parts, model=spec, recordings=recordings, spellings=spellings))
            elif spellings:
                made.append(Keyword(name, model, spellings))
    return made


def _recordings(clips: Sequence[Clip], parts: Parts, spec: ModelSpec) -> list[np.ndarray]:
    """Examples of a keyword, of different speakers where they are known."""
    by_speaker: dict[str, np.ndarray] = {}
    for clip in clips:
        audio = load_clip(clip)
        try:
            templates_of(audio, parts, spec)
        except ValueError as error:
            progress(f"{clip.id}: not taken, {error}")
            continue
        by_speaker.setdefault(str(clip.labels.get("speaker", clip.id)), audio)
        if len(by_speaker) == EXAMPLES:
            break
    return list(by_speaker.values())


if __name__ == "__main__":
    parser = arguments(__doc__ or "")
    parser.add_argument("--spelling-only", action="store_true", help="leave what --out has for examples as it is")
    arguments_ = parser.parse_args()
    measured = measure(arguments_)
    if arguments_.spelling_only and arguments_.out:
        measured = json.loads(arguments_.out.read_text(encoding="utf-8")) | measured
    if arguments_.out:
        write_json(measured, arguments_.out)
    else:
        json.dump(measured, sys.stdout, indent=2)
