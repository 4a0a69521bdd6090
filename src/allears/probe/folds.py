"""Which clips are held out together: stratified by class, and a voice never on both sides.

In: classes, and speakers if they are known. Out: the clips of each fold. The same clips always fall the same way.

Letters: N clips.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

__all__ = ["LEAST_CLIPS", "LEAST_SPEAKERS", "check_counts", "make_folds"]

LEAST_CLIPS = 3  # of a class: one to be held out, two to learn from
LEAST_SPEAKERS = 2  # of a class, where speakers are known: one to be held out


def check_counts(labels: Sequence[str], speakers: Sequence[str] | None, field: str) -> None:
    """See that every class can be cross-validated.

    Raises:
        ValueError: fewer than two classes; a class with too few clips, or spoken by too few people.
    """
    counts = Counter(labels)
    if len(counts) < 2:
        raise ValueError(
            f"{field!r} has {len(counts)} class(es), {', '.join(counts) or 'none'}: give clips of two or more"
        )
    few = {name: count for name, count in sorted(counts.items()) if count < LEAST_CLIPS}
    if few:
        have = ", ".join(f"{name} has {count}" for name, count in few.items())
        raise ValueError(
            f"{field!r} needs {LEAST_CLIPS} clips of each class or more to be cross-validated, but {have}: record "
            "more, or leave these classes out"
        )
    if speakers is None:
        return
    spoken = {name: len({who for who, label in zip(speakers, labels, strict=True) if label == name}) for name in counts}
    alone = sorted(name for name, count in spoken.items() if count < LEAST_SPEAKERS)
    if alone:
        raise ValueError(
            f"{field!r}: {', '.join(alone)} of {len(counts)} classes are spoken by one speaker, and {LEAST_SPEAKERS} "
            "are needed to hold one out: record others, leave these classes out, or say --same-voices "
            "if the same voices will be heard later"
        )


def make_folds(classes: np.ndarray, speakers: np.ndarray | None, most: int) -> list[np.ndarray]:
    """Indices of each fold, 2 to `most` folds, as many as leave each class among the others; none if impossible.

    Args:
        classes: (N,) of the clips.
        speakers: (N,) likewise; None if a voice may be on both sides.
        most: folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    num_classes = len(np.unique(classes))
    units = np.bincount(classes).min() if speakers is None else len(np.unique(speakers))
    for count in range(min(most, int(units)), 1, -1):
        kind = StratifiedKFold if speakers is None else StratifiedGroupKFold
        folds = kind(count, shuffle=True, random_state=0)
        held_out = [test for _, test in folds.split(np.zeros(len(classes)), classes, speakers) if len(test)]
        if all(len(np.unique(np.delete(classes, test))) == num_classes for test in held_out):
            return held_out
    return []
