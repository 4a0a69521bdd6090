"""Detection error trade-off: the share of keywords missed against false accepts an hour.

In: scores of sounds that hold the keyword, and the highest scores of hours that do not. Out: a curve, its mean over
keywords, and its picture (Martin et al. 1997, "The DET curve in assessment of detection task performance"; ours has
false accepts an hour in place of their share, since nobody counts the trials of an open microphone).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["Det", "det", "draw", "either", "mean"]

MOST = 10.0  # false accepts an hour that a curve ends at


@dataclass(frozen=True)
class Det:
    """Missed share by the number of false accepts that are allowed, 0 first."""

    hours: float
    miss: tuple[float, ...]

    def at(self, per_hour: float) -> float:
        """Missed where at most so many false accepts an hour are allowed."""
        return self.miss[min(len(self.miss) - 1, math.floor(per_hour * self.hours + 1e-9))]


def det(positives: Sequence[float], negatives: Sequence[float], hours: float) -> Det:
    """The curve of one keyword.

    Raises:
        ValueError: no positive, or no time.
    """
    return Det(hours, tuple(float(np.mean(missed)) for missed in _missed(positives, negatives, hours)))


def _missed(positives: Sequence[float], negatives: Sequence[float], hours: float) -> list[np.ndarray]:
    """Which positives are missed, by the number of false accepts allowed: a positive is if it is no higher than the
    first negative that is not allowed.

    Raises:
        ValueError: no positive, or no time.
    """
    if not positives or not hours > 0:
        raise ValueError(f"{len(positives)} positives and {hours} h: a curve needs one or more, and some time")
    ranked = sorted(negatives, reverse=True)
    scores = np.asarray(positives)
    allowed = range(max(2, math.ceil(MOST * hours)))
    return [scores <= ranked[n] if n < len(ranked) else np.zeros(len(scores), bool) for n in allowed]


def either(
    positives: tuple[Sequence[float], Sequence[float]], negatives: tuple[Sequence[float], Sequence[float]], hours: float
) -> Det:
    """As `det` where a hit of either of two ways is a hit, and each way may give half of the false accepts.

    The two scores of a positive stand at the same place.
    """
    one, other = (_missed(*both, hours) for both in zip(positives, negatives, strict=True))
    return Det(
        hours,
        tuple(float(np.mean(one[(n + 1) // 2] & other[n // 2])) for n in range(len(one))),
    )


def mean(curves: Sequence[Det]) -> Det:
    """The mean of curves of the same hours: each keyword has a threshold of its own."""
    return Det(curves[0].hours, tuple(map(float, np.mean([curve.miss for curve in curves], axis=0))))


def draw(curves: Mapping[str, Det], path: Path, *, title: str, bar: tuple[float, float]) -> None:
    """Write a PNG of curves by name; `bar`: false accepts an hour and missed share of the target."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, curve in curves.items():
        rates = np.maximum(np.arange(len(curve.miss)), 0.5) / curve.hours  # none at all is drawn at a half
        axes.step(rates, 100 * np.asarray(curve.miss), where="post", label=name)
    axes.plot([bar[0]], [100 * bar[1]], "k*", markersize=10, label="target")
    axes.set(xscale="log", xlabel="false accepts an hour and keyword", ylabel="missed, %", title=title, ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plt.close(figure)
