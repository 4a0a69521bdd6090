"""Clips of the development corpora, picked the same way every time.

In: the folder of unpacked corpora. Out: lists of `Clip`. What is left out is counted and said.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from allears.data.manifest import Clip, read_manifest
from common.run import progress

__all__ = ["NAMES", "balanced", "clips_of", "within"]

NAMES = {
    "librispeech-mini": "LibriSpeech mini",
    "asterisk-prompts": "Asterisk prompts",
    "emodb": "EmoDB",
    "nemo-nc": "nEMO (CC BY-NC-SA: benchmark only)",
    "speechocean762-test": "speechocean762",
    "ami-mini": "AMI mini",
}


def clips_of(data: Path, corpus: str, split: str, *, language: str | None = None) -> list[Clip]:
    """The clips of one split, in the manifest's order.

    Raises:
        ValueError: the corpus is not there, or nothing of it fits.
    """
    manifest = data / corpus / "manifest.jsonl"
    if not manifest.exists():
        raise ValueError(f"{manifest} is missing: unpack {corpus}.tar into {data}, or give another folder with --data")
    clips = [clip for clip in read_manifest(manifest) if clip.split == split]
    if language is not None:
        clips = [clip for clip in clips if clip.labels.get("language") == language]
    if not clips:
        raise ValueError(f"{manifest} has no clip with split {split!r} and language {language!r}: check the corpus")
    return clips


def within(clips: Sequence[Clip], min_s: float, max_s: float, *, why: str) -> list[Clip]:
    """Clips whose length is in [min_s, max_s]; the rest is counted and said."""
    kept = [clip for clip in clips if clip.duration_s is not None and min_s <= clip.duration_s <= max_s]
    if len(kept) < len(clips):
        progress(f"left out {len(clips) - len(kept)} of {len(clips)} clips: not {min_s:g} to {max_s:g} s ({why})")
    return kept


def balanced(clips: Sequence[Clip], count: int, key: Callable[[Clip], Hashable], *, seed: int) -> list[Clip]:
    """Up to `count` clips, as evenly over the values of `key` as there are clips, in random order."""
    rng = random.Random(seed)
    groups: dict[Hashable, list[Clip]] = {}
    for clip in clips:
        groups.setdefault(key(clip), []).append(clip)
    for group in groups.values():
        rng.shuffle(group)
    rounds = [clip for turn in range(max(map(len, groups.values()))) for clip in _turn(list(groups.values()), turn)]
    chosen = rounds[:count]
    rng.shuffle(chosen)
    return chosen


def _turn(groups: Sequence[Sequence[Clip]], turn: int) -> list[Clip]:
    return [group[turn] for group in groups if turn < len(group)]
