"""Numbers with their spread: bootstrap intervals, quartiles, ROC AUC and equal error rate.

Source: Efron 1979 (percentile bootstrap), Hanley & McNeil 1982 (AUC as the chance that a positive outranks a negative).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Spread", "auc", "bootstrap", "equal_error", "quartiles"]

NUM_RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """A number and its interval: `low`..`high` is the 95 % bootstrap interval, or the quartiles of repeated runs."""

    value: float
    low: float
    high: float

    def percent(self, digits: int = 1) -> str:
        """`12.0 (10.1 to 14.2)`, of a share."""
        return self.text(100, digits)

    def text(self, scale: float = 1.0, digits: int = 3) -> str:
        value, low, high = (f"{x * scale:.{digits}f}" for x in (self.value, self.low, self.high))
        return f"{value} ({low} to {high})"


def bootstrap(
    statistic: Callable[[np.ndarray], float], count: int, *, seed: int, resamples: int = NUM_RESAMPLES
) -> Spread:
    """Percentile bootstrap over `count` exchangeable things.

    Args:
        statistic: takes how often each thing was drawn, (count,) int, and gives the number.
        count: how many things (clips, mixtures, speakers) there are.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
    values = np.array([statistic(weights) for weights in drawn])
    known = values[~np.isnan(values)]  # a draw may lack one of two kinds
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(known) else (np.nan, np.nan)
    return Spread(float(statistic(np.ones(count, dtype=int))), float(low), float(high))


def quartiles(values: Sequence[float]) -> Spread:
    """Median with the first and third quartile."""
    low, middle, high = np.quantile(np.asarray(values, dtype=float), [0.25, 0.5, 0.75])
    return Spread(float(middle), float(low), float(high))


def auc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Area under the ROC curve; ties count half; NaN if one kind is missing.

    `scores`, `labels` (bool) and `weights` are (N,).
    """
    hits, alarms = _roc(scores, labels, weights)
    return float(np.trapezoid(hits, alarms))


def equal_error(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Equal error rate: where misses and false alarms are as frequent, on the straight line between thresholds.

    NaN if one of the two kinds is missing.
    """
    hits, alarms = _roc(scores, labels, weights)
    misses = 1 - hits
    if np.isnan(misses).any():
        return float("nan")
    after = int(np.argmax(alarms >= misses))  # misses fall and alarms rise along the curve
    if after == 0:
        return float(alarms[0])
    gap_before = misses[after - 1] - alarms[after - 1]
    gap_after = alarms[after] - misses[after]
    share = gap_before / (gap_before + gap_after)
    return float(alarms[after - 1] + share * (alarms[after] - alarms[after - 1]))


def _roc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Hit and false-alarm rates from the highest threshold to the lowest, both from 0 to 1."""
    weights = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=float)
    labels = np.asarray(labels, dtype=bool)
    order = np.argsort(-np.asarray(scores), kind="stable")
    positive = np.cumsum(np.where(labels, weights, 0.0)[order])
    negative = np.cumsum(np.where(labels, 0.0, weights)[order])
    if positive[-1] == 0 or negative[-1] == 0:
        return np.array([0.0, np.nan]), np.array([0.0, np.nan])
    last_of_tie = np.append(np.diff(np.asarray(scores)[order]) != 0, True)
    hits, alarms = positive[last_of_tie] / positive[-1], negative[last_of_tie] / negative[-1]
    return np.append(0.0, hits), np.append(0.0, alarms)
