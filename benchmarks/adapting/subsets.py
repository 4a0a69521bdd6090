"""The clips of every cell: nested subsets to learn from, and the same clips to measure on every time.

In: the folder of the corpora. Out: manifests in `WORK/data/TARGET`: `test.jsonl`, `dev.jsonl`, `train-all.jsonl`, and
for each seed and amount `train-5-seed-0.jsonl`: the first minutes of an order that the seed draws, so that 5 minutes
are in 20.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from adapting.targets import ENGLISH, MAX_S, MIN_S, OLD, Clips, Target
from allears.config.clips import read_source
from allears.config.data_schema import SourceSection
from allears.data.manifest import Clip, read_manifest, write_manifest
from common.run import progress

__all__ = ["ALL", "clips_of", "minutes_of", "prepare", "train_path"]

ALL = 0.0  # minutes: as many as there are


def prepare(
    data: Path,
    work: Path,
    targets: Sequence[Target],
    minutes: Sequence[float],
    seeds: Sequence[int],
    *,
    limit: int | None = None,
) -> None:
    """Write the manifests.

    Args:
        data: folder of the corpora.
        work: where `data` is made.
        targets: whose clips.
        minutes: amounts.
        seeds: of the orders.
        limit: clips that are measured on, each set, for a quick look.

    Raises:
        ValueError: a corpus is not there, or has nothing of a target.
    """
    for target in targets:
        folder = work / "data" / target.name
        write_manifest(clips_of(data, target.test, limit), folder / "test.jsonl")
        if target.dev is not None:
            write_manifest(clips_of(data, target.dev, limit), folder / "dev.jsonl")
        clips = [_readable(clip) for clip in clips_of(data, target.train)]
        write_manifest(clips, train_path(work, target, ALL, 0))
        for seed in seeds:
            order = random.Random(seed).sample(clips, len(clips))
            for amount in minutes:
                if amount != ALL:
                    write_manifest(_first_minutes(order, amount), train_path(work, target, amount, seed))
        progress(f"{target.name}: {minutes_of(clips):.1f} minutes to learn from, {len(clips)} clips")
    write_manifest(clips_of(data, ENGLISH), work / "data" / "english.jsonl")
    for name, clips_there in OLD.items():
        write_manifest(clips_of(data, clips_there, limit), work / "data" / "old" / f"{name}.jsonl")


def train_path(work: Path, target: Target, minutes: float, seed: int) -> Path:
    """Manifest of a cell; all the clips are the same for every seed."""
    name = "train-all" if minutes == ALL else f"train-{minutes:g}-seed-{seed}"
    return work / "data" / target.name / f"{name}.jsonl"


def clips_of(data: Path, wanted: Clips, limit: int | None = None) -> list[Clip]:
    """The clips of a split that are neither too short nor too long, at most `limit` of those wanted.

    Raises:
        ValueError: the corpus is not there, or none is left.
    """
    section: Mapping[str, object] = {
        "manifest": str((data / wanted.corpus).resolve() / "manifest.jsonl"),  # rows may point beside their folder
        "split": wanted.split,
        "where": dict(wanted.where),
        "min_s": MIN_S,
        "max_s": 35 if wanted.corpus == "librispeech-mini" else MAX_S,  # few, and none may be lost
        "limit": min((n for n in (wanted.limit, limit) if n is not None), default=None),
    }
    return read_source(SourceSection.model_validate(section))


def minutes_of(clips: Sequence[Clip] | Path) -> float:
    """How much there is in all."""
    found = read_manifest(clips) if isinstance(clips, Path) else clips
    return sum(clip.duration_s or 0.0 for clip in found) / 60


def _first_minutes(clips: Sequence[Clip], minutes: float) -> list[Clip]:
    """From the start, until the next clip would be too much."""
    kept: list[Clip] = []
    for clip in clips:
        if kept and minutes_of(kept) + (clip.duration_s or 0.0) / 60 > minutes:
            break
        kept.append(clip)
    return kept


def _readable(clip: Clip) -> Clip:
    """speechocean762 is written in capitals, which no decoder writes: `WE CALL IT BEAR` -> `We call it bear`."""
    text = str(clip.labels.get("text", ""))
    return replace(clip, labels={**clip.labels, "text": text.capitalize()}) if text.isupper() else clip
