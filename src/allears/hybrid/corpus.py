"""The clips of a manifest as the two trainings want them.

In: a manifest. Out: MFCC by keyword, or utterances with their words. Clips without the label are counted and said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from allears.audio import load_clip
from allears.data.manifest import Clip, read_manifest
from allears.hybrid.features import Listen
from allears.hybrid.mfcc import mfcc
from allears.hybrid.training import Utterance
from allears.texts import plain_words

__all__ = ["keyword_clips", "labelled", "utterances"]

log = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
"""(clips done, clips there are)"""


def labelled(manifest: str | Path, field: str, split: str | None = "train") -> list[Clip]:
    """The clips of a split that have a label; all splits if None.

    Raises:
        ValueError: none has.
    """
    every = [clip for clip in read_manifest(manifest) if split is None or clip.split in (split, None)]
    kept = [clip for clip in every if str(clip.labels.get(field, "")).strip()]
    if not kept:
        raise ValueError(
            f"{manifest} has no clip with the label {field!r} in the split {split!r}: name another with --field or "
            "--split"
        )
    if len(kept) < len(every):
        log.warning("%d of %d clips have no label %r and are left out", len(every) - len(kept), len(every), field)
    return kept


def keyword_clips(clips: Iterable[Clip], field: str = "keyword") -> dict[str, list[np.ndarray]]:
    """Label -> MFCC (M, 39) of its clips."""
    found: dict[str, list[np.ndarray]] = {}
    for clip in clips:
        found.setdefault(str(clip.labels[field]), []).append(mfcc(load_clip(clip)))
    return found


def utterances(clips: Iterable[Clip], listen: Listen, field: str = "text", tell: Tell | None = None) -> list[Utterance]:
    """The clips as frames and plain words."""
    given = list(clips)
    found = []
    for number, clip in enumerate(given, start=1):
        low, high = listen(load_clip(clip))
        words = (one for part in plain_words(str(clip.labels[field])).split() if (one := part.strip("'")))
        found.append(Utterance(low, high.astype(np.float32), tuple(words)))
        if tell is not None:
            tell(number, len(given))
    return found
