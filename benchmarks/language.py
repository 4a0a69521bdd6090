"""Which language is spoken: accuracy of ours against faster-whisper's own detection, on clips of up to 5 s.

python benchmarks/language.py --model DIR --data DIR --whisper-ct2 DIR --out language.json [--twin DIR]

Both choose among all of Whisper's 99 languages; a region does not count (fr-CA is fr). A seeded sample of each corpus,
even over its languages or speakers. nEMO is CC BY-NC-SA: it is measured here and never trained on. Asterisk's voices
are also in the training data (other prompts), nEMO's and EmoDB's test speakers are not.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.vocabulary import base_language
from common.cache import Cache
from common.corpora import NAMES, balanced, clips_of
from common.run import Table, progress, run
from common.stats import Spread, bootstrap
from common.twins import arguments_with_twins, twin_of_task
from peers.faster import FasterWhisper
from peers.ours import session

SETS = {"asterisk-prompts": "language", "emodb": "speaker", "nemo-nc": "speaker", "speechocean762-test": "speaker"}
MAX_S = 5.0
CLIPS_PER_SET = 150
OURS = "allears"

Detect = Callable[[Clip], str]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    systems = _systems(args)
    hits: dict[str, dict[str, np.ndarray]] = {}
    results: dict[str, Any] = {}
    for corpus, key in SETS.items():
        every = clips_of(args.data, corpus, "test")
        clips = balanced(every, args.limit or CLIPS_PER_SET, lambda clip, k=key: clip.labels[k], seed=args.seed)
        hits[corpus], results[corpus] = _score_set(corpus, clips, systems, args.seed)
    results["macro"] = {name: asdict(_macro(hits, name, args.seed)) for name in systems}
    names = list(systems)
    return {"results": results, "tables": [_table(hits, results, names, args.seed), _languages(results, names)]}


def _systems(args: argparse.Namespace) -> dict[str, Detect]:
    ours = session(args, ["language"])
    systems: dict[str, Detect] = {} if ours is None else {OURS: _by(ours)}
    systems |= {name: _by(one) for name, one in twin_of_task(args, "language").items()}
    if args.ours_only:
        return systems
    faster = FasterWhisper(args)
    kept = Cache(args.cache, f"language-faster-{importlib.metadata.version('faster-whisper')}")

    def by_faster(clip: Clip) -> str:
        return str(kept.get(f"{clip.source}/{clip.id}/{MAX_S:g}", lambda: faster.language(_start_of(clip))))

    systems[faster.name] = by_faster
    return systems


def _by(heard: Session) -> Detect:
    return lambda clip: _label(heard.hear(_start_of(clip), sample_rate=SAMPLE_RATE, tasks=["language"]).language)


def _start_of(clip: Clip) -> np.ndarray:
    return load_clip(clip)[: round(MAX_S * SAMPLE_RATE)]


def _label(choice: Any) -> str:
    return "none" if choice is None else base_language(choice.label)


def _score_set(
    corpus: str, clips: list[Clip], systems: Mapping[str, Detect], seed: int
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    hits = {name: np.zeros(len(clips)) for name in systems}
    heard: dict[str, Counter[str]] = {name: Counter() for name in systems}
    for number, clip in enumerate(clips):
        truth = base_language(clip.labels["language"])
        for name, detect in systems.items():
            answer = detect(clip)
            hits[name][number] = answer == truth
            heard[name][f"{truth} heard as {answer}"] += 1
        if (number + 1) % 25 == 0:
            progress(f"language: {corpus} {number + 1}/{len(clips)}")
    results = {
        name: {
            "accuracy": asdict(_accuracy(hits[name], seed)),
            "num_clips": len(clips),
            "heard": dict(heard[name].most_common()),
        }
        for name in systems
    }
    return hits, results


def _accuracy(hits: np.ndarray, seed: int) -> Spread:
    return bootstrap(lambda w: float(hits @ w / w.sum()), len(hits), seed=seed)


def _macro(hits: Mapping[str, Mapping[str, np.ndarray]], name: str, seed: int) -> Spread:
    """Mean over corpora; resampled over the clips of all of them, each corpus weighed alike."""
    rows = [found[name] for found in hits.values()]
    ends = np.cumsum([len(row) for row in rows])[:-1]

    def mean(weights: np.ndarray) -> float:
        parts = np.split(weights, ends)
        return float(np.mean([row @ part / max(1, part.sum()) for row, part in zip(rows, parts, strict=True)]))

    return bootstrap(mean, sum(map(len, rows)), seed=seed)


def _table(hits: Mapping[str, Mapping[str, np.ndarray]], results: dict[str, Any], names: list[str], seed: int) -> Table:
    rows = []
    for corpus, found in hits.items():
        cells = [_accuracy(found[name], seed).percent() for name in names]
        rows.append([NAMES[corpus], str(results[corpus][names[0]]["num_clips"]), *cells])
    rows.append(["mean of the four", str(sum(len(f[names[0]]) for f in hits.values()))])
    rows[-1] += [_macro(hits, name, seed).percent() for name in names]
    return {
        "title": "Language of clips up to 5 s, accuracy %",
        "columns": ["set", "clips", *(f"{name} (95 %)" for name in names)],
        "rows": rows,
        "notes": ["nEMO is CC BY-NC-SA 4.0: benchmark only, no weight was trained on it."],
    }


def _languages(results: dict[str, Any], names: list[str]) -> Table:
    """Accuracy by language of the one corpus that has several."""
    counts: dict[str, dict[str, list[int]]] = {}
    for name in names:
        for key, count in results["asterisk-prompts"][name]["heard"].items():
            truth, _, answer = key.partition(" heard as ")
            right_of = counts.setdefault(truth, {}).setdefault(name, [0, 0])
            right_of[0] += count * (answer == truth)
            right_of[1] += count
    rows = [
        [truth, str(found[names[0]][1]), *(f"{100 * found[name][0] / found[name][1]:.0f}" for name in names)]
        for truth, found in sorted(counts.items())
    ]
    columns = ["language", "clips", *names]
    return {"title": "Asterisk prompts by language, accuracy %", "columns": columns, "rows": rows, "notes": []}


if __name__ == "__main__":
    run("language", arguments_with_twins(__doc__).parse_args(), measure)
