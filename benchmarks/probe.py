"""Few-shot probes: ours on the frozen model, on its encoder alone, and the same classifiers on MFCC, on the same clips.

python benchmarks/probe.py --data DIR --out probe.json

Five random draws of five clips a class; tested on others: spoken-digits' test split, 20 clips of each nEMO speaker.
EmoDB: five folds of two speakers each, learnt from five clips a class of the others, and from all of theirs. Strengths
are chosen by cross-validation within what is learnt from. The heads have met spoken-digits' six speakers and EmoDB's
train speakers in training (`encoder alone` has not met their labels), nEMO's nobody.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import load_clip
from allears.data.manifest import Clip, read_manifest
from allears.probe.blocks import Block
from allears.probe.cache import FeatureCache
from allears.probe.features import Features, read_features
from allears.probe.linear import METHODS, fit_linear
from allears.probe.space import make_space
from allears.probe.validate import choose_strengths
from allears.runtime.model_folder import ModelFolder
from common.corpora import NAMES
from common.run import Table, arguments, progress, run
from common.stats import Spread

DRAWS, SHOTS = 5, 5
NUM_MFCC = 20  # and as many deltas
TESTS_A_SPEAKER = 20  # of nEMO

Split = tuple[list[int], list[int]]
"""Rows to learn from, and rows to test on."""


@dataclass(frozen=True)
class Trial:
    """One line of the table: clips, their classes and speakers, and what is learnt from and tested on in each draw."""

    name: str
    clips: Sequence[Clip]
    labels: np.ndarray
    speakers: np.ndarray | None
    splits: Sequence[Split]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    results, rows = {}, []
    for trial in (trial for corpus in args.only for trial in TRIALS[corpus](args)):
        for name, features in _features(trial.clips, args):
            progress(f"probe: {trial.name}, {name}")
            by_split = [_accuracies(features, trial, split) for split in trial.splits]
            for method in METHODS:
                found = [accuracies[method] for accuracies in by_split]
                spread = Spread(float(np.mean(found)), min(found), max(found))
                results[f"{trial.name}, {name}, {method}"] = asdict(spread) | {"sd": float(np.std(found))}
                rows.append([trial.name, name, method, spread.percent()])
                progress(f"  {method}: {spread.percent()}")
    table: Table = {
        "title": "Few-shot probes, accuracy %",
        "columns": ["what", "features", "method", "mean (worst to best draw)"],
        "rows": rows,
        "notes": [
            "Five clips a class, drawn five times; EmoDB: five folds of two speakers, the other eight learnt from."
        ],
    }
    return {"results": results, "tables": [table]}


def _digits(args: argparse.Namespace) -> Iterator[Trial]:
    digits = _read(args.data, "spoken-digits")
    for field, what in (("speaker", "speakers"), ("keyword", "digits")):
        train = [i for i, clip in enumerate(digits) if clip.split == "train"]
        test = [i for i, clip in enumerate(digits) if clip.split == "test"][:: 1 if args.limit is None else 10]
        labels = np.array([clip.labels[field] for clip in digits])
        splits = [(_draw(train, labels, args.seed + draw), test) for draw in range(DRAWS)]
        yield _used(f"spoken-digits, {what}", digits, labels, splits)


def _emodb(args: argparse.Namespace) -> Iterator[Trial]:
    emodb = _read(args.data, "emodb")
    labels = np.array([clip.labels["emotion"] for clip in emodb])
    speakers = np.array([clip.labels["speaker"] for clip in emodb])
    names = sorted(set(speakers))
    folds = [np.flatnonzero(np.isin(speakers, names[at : at + 2])).tolist() for at in range(0, len(names), 2)]
    whole = [(sorted(set(range(len(emodb))) - set(fold)), fold) for fold in folds]
    few = [(_draw(rest, labels, args.seed + at), fold) for at, (rest, fold) in enumerate(whole)]
    yield Trial("EmoDB, emotions, 5 clips each", emodb, labels, None, few)
    yield Trial("EmoDB, emotions, 8 speakers", emodb, labels, speakers, whole)


def _nemo(args: argparse.Namespace) -> Iterator[Trial]:
    nemo = _read(args.data, "nemo-nc")
    labels = np.array([clip.labels["speaker"] for clip in nemo])
    test = _draw(range(len(nemo)), labels, args.seed + DRAWS, TESTS_A_SPEAKER)
    rest = sorted(set(range(len(nemo))) - set(test))
    splits = [(_draw(rest, labels, args.seed + draw), test) for draw in range(DRAWS)]
    yield _used(f"{NAMES['nemo-nc']}, speakers", nemo, labels, splits)


TRIALS = {"spoken-digits": _digits, "emodb": _emodb, "nemo-nc": _nemo}


def _read(data: Path, corpus: str) -> list[Clip]:
    return list(read_manifest(data / corpus / "manifest.jsonl"))


def _draw(rows: Sequence[int], labels: np.ndarray, seed: int, count: int = SHOTS) -> list[int]:
    """`count` rows of each class."""
    rng = random.Random(seed)
    return [row for name in sorted(set(labels[list(rows)])) for row in
            rng.sample([row for row in rows if labels[row] == name], count)]  # fmt: skip


def _used(name: str, clips: Sequence[Clip], labels: np.ndarray, splits: Sequence[Split]) -> Trial:
    """The trial with the clips that are drawn alone."""
    kept = sorted({row for pair in splits for rows in pair for row in rows})
    at = {row: number for number, row in enumerate(kept)}
    moved = [([at[row] for row in train], [at[row] for row in test]) for train, test in splits]
    return Trial(name, [clips[row] for row in kept], labels[kept], None, moved)


def _features(clips: Sequence[Clip], args: argparse.Namespace) -> Iterator[tuple[str, Features]]:
    if not args.peers_only:
        folder = ModelFolder(args.model)
        cache = None if args.cache is None else FeatureCache(folder, args.cache / "probe")
        ours = read_features(clips, folder, cache=cache, num_threads=args.threads)
        layers = tuple(block for block in ours.blocks if block.layer is not None)
        yield "allears", ours
        yield "allears, encoder alone", Features(ours.values[:, : layers[-1].stop], layers)
    mfcc = _mfcc()
    yield (
        f"MFCC ({NUM_MFCC} and deltas)",
        Features(np.stack([mfcc(clip) for clip in clips]), (Block("mfcc", 0, 4 * NUM_MFCC, 0),)),
    )


def _mfcc() -> Callable[[Clip], np.ndarray]:
    """Means and the logarithms of the spreads of a clip's MFCC and their differences over two frames."""
    import torch

    from allears.encoders.logmel import fourier_basis, mel_energies, mel_filters
    from allears.encoders.mfcc import cepstral_matrix

    basis, filters = torch.from_numpy(fourier_basis()), torch.from_numpy(mel_filters(40))
    matrix = torch.from_numpy(cepstral_matrix(NUM_MFCC, 40, 22))

    def of(clip: Clip) -> np.ndarray:
        audio = torch.from_numpy(load_clip(clip))[None]
        static = torch.matmul(matrix, mel_energies(audio, basis, filters).log())[0].numpy()  # (C, M)
        frames = np.concatenate([static, np.gradient(static, axis=1)])
        return np.concatenate([frames.mean(axis=1), np.log(frames.std(axis=1) + 1e-3)]).astype(np.float32)

    return of


def _accuracies(features: Features, trial: Trial, split: Split) -> dict[str, float]:
    """Of each method, learnt from the split's first rows, on its second."""
    train, test = (np.array(rows) for rows in split)
    names, classes = np.unique(trial.labels, return_inverse=True)
    known = features.take(train)
    speakers = None if trial.speakers is None else np.unique(trial.speakers[train], return_inverse=True)[1]
    strengths = choose_strengths(known, classes[train], speakers, METHODS)
    space, right = make_space(known, classes[train]), {}
    for method in METHODS:
        linear = fit_linear(method, space, classes[train], strengths[method])
        assert linear.bias.shape == names.shape, "every class is learnt"
        right[method] = float((linear.scores(features.values[test]).argmax(axis=1) == classes[test]).mean())
    return right


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(TRIALS), default=tuple(TRIALS), help="corpora")
    run("probe", parser.parse_args(), measure)
