"""Is it the same voice: equal error rate of our `speaker` embedding against Resemblyzer's, on the same trials.

python benchmarks/speaker.py --model DIR --data DIR --out speaker.json [--twin DIR]

speechocean762-test: all 125 speakers (Mandarin-accented English, half of them children), 10 clips each, 5000 pairs of
one speaker and 5000 of two. librispeech-mini dev: 3 speakers, all pairs of their 30 clips (an interval over three
speakers says little). Both also with every clip cut to its first 2 s, which is what a home hears, and with pairs of one
gender only. No test speaker is in our training data. The interval is a bootstrap over speakers.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.cache import Cache
from common.corpora import NAMES, balanced, clips_of
from common.run import Table, progress, run
from common.trials import Trials, draw, error, pool
from common.twins import arguments_with_twins, twin_of_task
from peers.ours import session
from peers.resemblyzer_voice import Resemblyzer

SETS = (("speechocean762-test", "test"), ("librispeech-mini", "dev"))
CLIPS_PER_SPEAKER = 10
PAIRS = 5000  # of each kind
LENGTHS = {"whole clips": None, "first 2 s": 2.0}
OURS = "allears"

Embed = Callable[[Clip, float | None], np.ndarray]
"""A clip and how much of it to hear, seconds (None: all) -> its voice, (E,)."""


def measure(args: argparse.Namespace) -> dict[str, Any]:
    systems = _systems(args)
    results: dict[str, Any] = {}
    rows = []
    drawn: dict[tuple[str, str], list[tuple[Trials, dict[str, np.ndarray]]]] = {}
    for corpus, split in SETS:
        clips = _pick(clips_of(args.data, corpus, split), args)
        for length, max_s in LENGTHS.items():
            vectors = {name: _embed_all(f"{corpus}, {length}, {name}", clips, max_s, systems[name]) for name in systems}
            for what, same_gender in (("any pair", False), ("same gender", True)):
                trials = draw(clips, PAIRS, seed=args.seed, same_gender=same_gender)
                drawn.setdefault((length, what), []).append((trials, vectors))
                found = {name: _score(trials, vectors[name], args.seed) for name in systems}
                results[f"{corpus}, {length}, {what}"] = found
                rows += [_row(f"{NAMES[corpus]}, {length}", what, trials, name, found[name]) for name in systems]
    for (length, what), parts in drawn.items():
        trials = pool([one for one, _ in parts])
        found = {n: _score(trials, _below_each_other([v[n] for _, v in parts]), args.seed) for n in systems}
        results[f"both, {length}, {what}"] = found
        rows += [_row(f"both sets' trials, {length}", what, trials, name, found[name]) for name in systems]
    table: Table = {
        "title": "Same voice or not, equal error rate %",
        "columns": ["set", "pairs of two speakers", "speakers", "same + different", "system", "EER (95 %)"],
        "rows": rows,
        "notes": ["Interval: bootstrap over speakers."],
    }
    return {"results": results, "tables": [table]}


def _systems(args: argparse.Namespace) -> dict[str, Embed]:
    ours = session(args, ["speaker"])
    systems: dict[str, Embed] = {} if ours is None else {OURS: _by(ours)}
    systems |= {name: _by(one) for name, one in twin_of_task(args, "speaker").items()}
    if args.ours_only:
        return systems
    peer = Resemblyzer(args.threads)
    kept = Cache(args.cache, f"speaker-resemblyzer-{importlib.metadata.version('Resemblyzer')}")

    def by_peer(clip: Clip, max_s: float | None) -> np.ndarray:
        key = f"{clip.source}/{clip.id}/{max_s}"
        vector = kept.get(key, lambda: [round(float(x), 7) for x in peer.embed(_start_of(clip, max_s))])
        return np.array(vector, np.float32)

    systems[peer.name] = by_peer
    return systems


def _by(heard: Session) -> Embed:
    def embed(clip: Clip, max_s: float | None) -> np.ndarray:
        result = heard.hear(_start_of(clip, max_s), sample_rate=SAMPLE_RATE, tasks=["speaker"])
        return _vector(result.speaker, clip)

    return embed


def _start_of(clip: Clip, max_s: float | None) -> np.ndarray:
    audio = load_clip(clip)
    return audio if max_s is None else audio[: round(max_s * SAMPLE_RATE)]


def _vector(embedding: Any, clip: Clip) -> np.ndarray:
    """The voice; zeros, which are like nobody, where ours heard nobody (that counts against it)."""
    if embedding is None:
        progress(f"speaker: no voice heard in {clip.source} {clip.id}")
        return np.zeros(1, np.float32)
    return np.asarray(embedding.vector, np.float32)


def _pick(clips: Sequence[Clip], args: argparse.Namespace) -> list[Clip]:
    count = CLIPS_PER_SPEAKER * len({clip.labels["speaker"] for clip in clips})
    return balanced(clips, args.limit or count, lambda clip: clip.labels["speaker"], seed=args.seed)


def _embed_all(what: str, clips: Sequence[Clip], max_s: float | None, embed: Embed) -> np.ndarray:
    vectors = []
    for number, clip in enumerate(clips, start=1):
        vectors.append(embed(clip, max_s))
        if number % 100 == 0:
            progress(f"speaker: {what} {number}/{len(clips)}")
    return _below_each_other([vector[None] for vector in vectors])


def _below_each_other(blocks: Sequence[np.ndarray]) -> np.ndarray:
    """(clips, E) blocks as one, shorter vectors filled up with zeros."""
    size = max(block.shape[1] for block in blocks)
    return np.concatenate([np.pad(block, ((0, 0), (0, size - block.shape[1]))) for block in blocks])


def _score(trials: Trials, vectors: np.ndarray, seed: int) -> dict[str, Any]:
    spread = error(trials, trials.scores(vectors), seed=seed)
    return {"eer": asdict(spread), "eer_text": spread.percent()}


def _row(where: str, what: str, trials: Trials, name: str, found: Mapping[str, Any]) -> list[str]:
    pairs = f"{int(trials.is_same.sum())} + {int((~trials.is_same).sum())}"
    return [where, what, str(len(set(trials.speakers))), pairs, name, found["eer_text"]]


if __name__ == "__main__":
    run("speaker", arguments_with_twins(__doc__).parse_args(), measure)
