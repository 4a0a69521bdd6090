"""Wake words by five examples: how many are missed at what rate of false accepts, in quiet, in noise, in other speech.

python benchmarks/keywords.py --data DIR --out keywords.json [--curve keywords.png] [--cache DIR] [--limit CLIPS]

Keywords: computer, jarvis, smart mirror of wake-words; five examples of each from its train split (seeded; three
draws); positives are its test clips: alone, with test noise at 0 to 15 dB, and between two clips of other speech.
Negatives: eleven hours (`common/keyword_sounds.py`), and the test clips of the two other keywords; a false accept is a
peak, so a sound can give several. None of them was used for the thresholds that ship. Every way that the keywords can
be heard in is measured by itself. Each keyword has its own threshold; their misses are averaged.

`--cache` keeps the scores of each sound, so that a run that was stopped goes on where it was: all of it takes about
half an hour of one core. `--hours` stops after so many hours of negatives, a fair sample of all.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.decode.spelling_heads import letters_head
from allears.keywords import Keyword, Keywords, keyword_of
from allears.keywords.hits import peaks
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.spec import ModelSpec
from common.cache import Cache
from common.corpora import clips_of
from common.det import Det, det, draw, either, mean
from common.keyword_sounds import CONDITIONS, Sound, negatives, positives
from common.run import Table, arguments, progress, run

NAMES = ("computer", "jarvis", "smart mirror")
DRAWS, EXAMPLES = 3, 5
RATES = (0.0, 0.1, 1.0)  # false accepts an hour that the table is for
TARGET = (0.1, 0.03)  # false accepts an hour, missed share
KEPT_PER_S = 0.25  # highest peaks kept of a sound: far more than one false accept an hour needs

Scores = dict[tuple[str, int, str], list[float]]
"""(keyword, draw, way of hearing) -> scores."""


def measure(args: argparse.Namespace) -> dict[str, Any]:
    folder = ModelFolder(args.model)
    parts, spec = Parts(folder, args.threads), folder.spec
    sets = [Keywords([enrol(args, name, n, parts, spec) for name in NAMES], spec) for n in range(DRAWS)]
    cache = Cache(args.cache, f"keywords-{spec.name}-{spec.version}-{args.seed}")
    hours, against = _negatives(args, cache, sets, parts)
    found = {
        condition: _positives(args, cache, condition, sets, parts, against if condition == "alone" else None)
        for condition in CONDITIONS
    }
    curves = _curves(found, against, hours)
    if args.curve:
        title = f"{EXAMPLES} examples, {hours:.1f} h of negatives"
        draw({", ".join(key): curve for key, curve in curves.items()}, args.curve, title=title, bar=TARGET)
    shipped = _shipped(sets, found, against, hours)
    results = {
        "hours": hours,
        "shipped": shipped,
        "missed": {", ".join(key): curve.at(TARGET[0]) for key, curve in curves.items()},
        "curves": {", ".join(key): _json(curve) for key, curve in curves.items()},
        "each": _each(found, against, hours),
    }
    return {"results": results, "tables": [_table(curves, hours), _shipped_table(shipped)]}


def _curves(found: Mapping[str, Scores], against: Scores, hours: float) -> dict[tuple[str, str], Det]:
    """(way of hearing, condition) -> the mean curve; `either` of two ways where there are two."""
    ways = sorted({key[2] for key in against})
    curves = {
        (how, condition): mean([det(best[key], against[key], hours) for key in against if key[2] == how])
        for how in ways
        for condition, best in found.items()
    }
    if len(ways) != 2:
        return curves
    pairs = [tuple((name, number, how) for how in ways) for name, number in dict.fromkeys(key[:2] for key in against)]
    for condition, best in found.items():
        curves["either", condition] = mean(
            [either((best[a], best[b]), (against[a], against[b]), hours) for a, b in pairs]
        )
    return curves


def enrol(args: argparse.Namespace, name: str, number: int, parts: Parts, spec: ModelSpec) -> Keyword:
    """A keyword by its examples and, where the model can spell, by its name."""
    clips = [clip for clip in clips_of(args.data, "wake-words", "train") if clip.labels["keyword"] == name]
    random.Random(f"{args.seed} {number}").shuffle(clips)
    spellings = (name,) if letters_head(spec) is not None else ()
    recordings: list[np.ndarray] = []
    for clip in clips:
        try:
            keyword_of(name, parts=parts, model=spec, recordings=[load_clip(clip)])
        except ValueError as error:
            progress(f"{clip.id}: not taken as an example, {error}")
            continue
        recordings.append(load_clip(clip))
        if len(recordings) == EXAMPLES:
            break
    return keyword_of(name, parts=parts, model=spec, recordings=recordings, spellings=spellings)


def _negatives(args: argparse.Namespace, cache: Cache, sets: Sequence[Keywords], parts: Parts) -> tuple[float, Scores]:
    """Hours, and the highest peaks in them."""
    scores: Scores = {}
    total_s, started = 0.0, time.process_time()
    for number, sound in enumerate(negatives(args.data, NAMES, limit=args.limit, seed=args.seed)):
        if total_s >= args.hours * 3600:
            break
        length_s, found = _heard(sound, cache, sets, parts)
        total_s += length_s
        for key, some in found.items():
            scores.setdefault(key, []).extend(some)
        if number % 200 == 199:
            taken = time.process_time() - started
            progress(f"negatives: {total_s / 3600:.2f} h heard in {taken:.0f} s of one core")
    return total_s / 3600, scores


def _positives(
    args: argparse.Namespace,
    cache: Cache,
    condition: str,
    sets: Sequence[Keywords],
    parts: Parts,
    against: Scores | None,
) -> Scores:
    """Best score of each sound for its own keyword; its peaks for the other keywords go to `against`."""
    best: Scores = {}
    for sound in positives(args.data, condition, limit=args.limit, seed=args.seed):
        _, found = _heard(sound, cache, sets, parts)
        for key, some in found.items():
            if key[0] == sound.keyword:
                best.setdefault(key, []).append(max(some, default=-math.inf))
            elif against is not None:
                against[key].extend(some)
    progress(f"positives, {condition}: done")
    return best


def _heard(sound: Sound, cache: Cache, sets: Sequence[Keywords], parts: Parts) -> tuple[float, Scores]:
    """Seconds of a sound and the highest peaks of every keyword of every draw, from one pass or from the cache."""

    def hear() -> dict[str, Any]:
        audio = sound.load()
        layers = parts.encode(audio)
        num_frames = parts.num_frames(len(audio))
        ctc = None if sets[0].head is None else parts.head(sets[0].head, layers)
        length_s = len(audio) / SAMPLE_RATE
        best = {
            "\t".join((keyword.name, str(number), by)): [
                round(score, 4)
                for score in _highest(peaks(scores, -math.inf), max(1, math.ceil(KEPT_PER_S * length_s)))
            ]
            for number, keywords in enumerate(sets)
            for keyword, by, _, scores, _ in keywords.scores(layers, ctc, num_frames=num_frames)
        }
        return {"s": round(length_s, 3), "best": best}

    kept = cache.get(sound.id, hear)
    return kept["s"], {_key(name): some for name, some in kept["best"].items()}


def _key(name: str) -> tuple[str, int, str]:
    keyword, number, by = name.split("\t")
    return keyword, int(number), by


def _highest(found: Iterable[tuple[int, int, float]], count: int) -> list[float]:
    return sorted((score for _, _, score in found), reverse=True)[:count]


def _shipped(
    sets: Sequence[Keywords], found: Mapping[str, Scores], against: Scores, hours: float
) -> dict[str, dict[str, float]]:
    """Way -> misses, and false accepts an hour and keyword, at the thresholds that the keywords have by themselves."""
    shares: dict[str, dict[str, list[float]]] = {}
    for number, keywords in enumerate(sets):
        for keyword in keywords.keywords:
            try:
                thresholds = keywords.thresholds(keyword)
            except ValueError as error:
                progress(str(error))
                continue
            for by, threshold in thresholds.items():
                key, rows = (keyword.name, number, by), shares.setdefault(by, {})
                rows.setdefault("false accepts/h", []).append(sum(s >= threshold for s in against[key]) / hours)
                for condition, best in found.items():
                    rows.setdefault(condition, []).append(float(np.mean(np.asarray(best[key]) < threshold)))
    return {by: {name: round(float(np.mean(v)), 4) for name, v in rows.items()} for by, rows in shares.items()}


def _each(found: Mapping[str, Scores], against: Scores, hours: float) -> dict[str, dict[str, float]]:
    """Way, condition and keyword -> missed at the target's rate, mean and worst of the draws."""
    missed: dict[str, list[float]] = {}
    for condition, best in found.items():
        for key, scores in best.items():
            name = f"{key[2]}, {condition}, {key[0]}"
            missed.setdefault(name, []).append(det(scores, against[key], hours).at(TARGET[0]))
    return {name: {"mean": round(float(np.mean(some)), 4), "worst": max(some)} for name, some in missed.items()}


def _json(curve: Det) -> dict[str, list[float]]:
    rates = [round(n / curve.hours, 4) for n in range(len(curve.miss))]
    return {"false_accepts_per_hour": rates, "miss": [round(share, 4) for share in curve.miss]}


def _table(curves: Mapping[tuple[str, str], Det], hours: float) -> Table:
    return {
        "title": f"Wake words by {EXAMPLES} examples, {hours:.2f} h of negatives",
        "columns": ["way", "condition", *(f"missed %, {rate:g} false accepts/h" for rate in RATES)],
        "rows": [
            [how, condition, *(f"{100 * curve.at(rate):.1f}" for rate in RATES)]
            for (how, condition), curve in curves.items()
        ],
        "notes": [
            f"Mean of {len(NAMES)} keywords and {DRAWS} draws of the examples, each with its own threshold on these "
            "negatives.",
            "either: a hit of one of the two, each with half of the false accepts.",
            f"With {hours:.2f} h, {TARGET[0]:g} an hour allows {math.floor(TARGET[0] * hours + 1e-9)} a keyword.",
        ],
    }


def _shipped_table(shipped: Mapping[str, Mapping[str, float]]) -> Table:
    columns = ("false accepts/h", *CONDITIONS)
    return {
        "title": f"At the thresholds that ship for {TARGET[0]:g} false accepts an hour",
        "columns": ["way", columns[0], *(f"missed %, {condition}" for condition in CONDITIONS)],
        "rows": [
            [by, f"{rows[columns[0]]:.2f}", *(f"{100 * rows[condition]:.1f}" for condition in CONDITIONS)]
            for by, rows in shipped.items()
        ],
        "notes": [],
    }


if __name__ == "__main__":
    parser = arguments(__doc__ or "")
    parser.add_argument("--curve", type=Path, help="PNG of missed share against false accepts an hour")
    parser.add_argument("--hours", type=float, default=math.inf, help="of negatives at most; all of them if left out")
    run("keywords", parser.parse_args(), measure)
