"""Emotion, gender, age group and accent: ours, single-task twins, and openSMILE with an SVM, on the same clips.

python benchmarks/traits.py --model DIR --data DIR --twin DIR --out traits.json

`--twin` is a model folder of heads trained one by one (recipes/base/twins.py, common/twins.py). The SVM learns from the
train clips of the same corpora as ours. EmoDB: test speakers, acted emotions. `accent` is the corpus at the same time
(Mandarin is speechocean762, native are LibriSpeech and Asterisk's English): it is not measured against a peer.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from allears import Session
from allears.data.manifest import Clip
from common.cache import Cache
from common.corpora import NAMES, balanced, clips_of
from common.run import Table, progress, run
from common.stats import Spread, bootstrap
from common.twins import arguments_with_twins, twins
from peers.ours import session
from peers.smile import Smile

TASKS = ("emotion", "gender", "age-group", "accent")
TESTS = (("emodb", "test", 124), ("speechocean762-test", "test", 400), ("librispeech-mini", "dev", 30))
TRAINS = (("emodb", "train", 373), ("speechocean762-train", "train", 600), ("librispeech-mini", "train", 251))
CHILD_UNTIL = 16


def measure(args: argparse.Namespace) -> dict[str, Any]:
    tests = [_take(args.data, *one, args) for one in TESTS]
    answers: dict[str, list[list[Mapping[str, str]]]] = {}
    ours = session(args, TASKS)
    if ours is not None:
        answers["allears"] = [[_ours(ours, clip) for clip in clips] for clips in tests]
    for name, sessions in twins(args).items():
        answers[name] = [[_merge(sessions, clip) for clip in clips] for clips in tests]
    if not args.ours_only:
        answers[Smile.name] = _by_smile(args, tests)
    results, rows = {}, []
    for (corpus, _, _), index in zip(TESTS, range(len(TESTS)), strict=True):
        for task in TASKS:
            for system, said in answers.items():
                found = _score(tests[index], [a.get(task) for a in said[index]], task, args.seed)
                if found is not None:
                    results[f"{corpus}, {task}, {system}"] = asdict(found[0])
                    rows.append([NAMES.get(corpus, corpus), task, str(found[1]), system, found[0].percent()])
    table: Table = {
        "title": "What a voice is like, unweighted accuracy %",
        "columns": ["set", "task", "clips", "system", "mean recall of the classes (95 %)"],
        "rows": rows,
        "notes": ["Interval: bootstrap over speakers.", "LibriSpeech: three voices."],
    }
    return {"results": results, "tables": [table]}


def _take(data: Path, corpus: str, split: str, count: int, args: argparse.Namespace) -> list[Clip]:
    count = min(count, args.limit or count)
    return balanced(clips_of(data, corpus, split), count, lambda clip: clip.labels["speaker"], seed=args.seed)


def _ours(heard: Session, clip: Clip) -> dict[str, str]:
    tasks = [task.name for task in heard.spec.tasks if task.name in TASKS]
    answers = heard.hear(clip.audio, tasks=tasks).answers
    return {task: answers[task].label for task in tasks}


def _merge(sessions: Sequence[Session], clip: Clip) -> dict[str, str]:
    return {task: label for one in sessions for task, label in _ours(one, clip).items()}


def _by_smile(args: argparse.Namespace, tests: Sequence[Sequence[Clip]]) -> list[list[Mapping[str, str]]]:
    smile = Smile(Cache(args.cache, "traits-egemaps"))
    train = [clip for one in TRAINS for clip in _take(args.data, *one, args)]
    random.Random(args.seed).shuffle(train)
    said: list[list[dict[str, str]]] = [[{} for _ in clips] for clips in tests]
    for task in TASKS[:-1]:
        known = [(clip, truth) for clip in train if (truth := _truth(clip, task)) is not None]
        progress(f"traits: openSMILE + SVM, {task}, {len(known)} clips")
        model = smile.fit([clip for clip, _ in known], [truth for _, truth in known])
        for clips, answers in zip(tests, said, strict=True):
            for answer, label in zip(answers, smile.predict(model, clips), strict=True):
                answer[task] = label
    return said  # type: ignore[return-value]


def _truth(clip: Clip, task: str) -> str | None:
    value = clip.labels.get("age" if task == "age-group" else task)
    if value is None or task not in ("age-group", "accent"):
        return value
    if task == "accent":
        return {"zh": "Mandarin"}.get(value)
    return "0-15" if float(value) < CHILD_UNTIL else "16+"


def _score(clips: Sequence[Clip], said: Sequence[str | None], task: str, seed: int) -> tuple[Spread, int] | None:
    """Mean recall of the classes, and the number of clips; None where there is nothing to compare."""
    rows = [(clip.labels["speaker"], truth, label) for clip, label in zip(clips, said, strict=True)
            if (truth := _truth(clip, task)) is not None and label is not None]  # fmt: skip
    if not rows:
        return None
    speakers = sorted({speaker for speaker, _, _ in rows})

    def recall(times: np.ndarray) -> float:
        hits: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for speaker, truth, label in rows:
            weight = times[speakers.index(speaker)]
            hits[truth][0] += weight * (truth == label)
            hits[truth][1] += weight
        return float(np.mean([right / count for right, count in hits.values() if count]))

    return bootstrap(recall, len(speakers), seed=seed, resamples=300), len(rows)


if __name__ == "__main__":
    run("traits", arguments_with_twins(__doc__).parse_args(), measure)
