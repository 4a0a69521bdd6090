"""What a task gained or lost by being trained with others, with an interval over seeds.

In: scores by seed, of the joint runs and of the twins (the same task alone). Out: relative gains.
Source: Maninis et al. 2019, "Attentive Single-Tasking of Multiple Tasks": Delta_m = 1/T sum_i (-1)^{l_i}
(M_{m,i} - M_{b,i}) / M_{b,i} with M_{m,i} the measure of task i in the multi-task model, M_{b,i} that of the
single-task baseline, l_i = 1 where lower is better, T tasks. Ours differs: |M_{b,i}| below the line, so that a negative
loss does not turn the sign; a task whose baseline is 0 has no relative gain and is left out; and each
number has an interval, which the paper does not give. Intervals are Student's t: of the gains a seed (paired) where
both sides have two or more seeds in common, else Welch's of the difference, divided by the twins' mean. Where a side
has one seed alone and the other has it too, those two are compared. No torch here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

__all__ = ["CONFIDENCE", "Gain", "Interval", "gain_of", "interval", "mean_gain"]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean and where it may lie; `low` and `high` are None with a single value."""

    mean: float
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """`better`, `worse`, `no clear difference`; `one seed` where nothing can be said."""
        if self.low is None or self.high is None:
            return "one seed"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "no clear difference"


@dataclass(frozen=True)
class Gain:
    """One task, joint against alone.

    Attributes:
        task, metric: which number.
        is_higher_better: its direction.
        joint, twin: seed -> value.
        relative: the gain as a share of the twins' value, above 0 is better; None if that value is 0.
        by_seed: seed -> relative gain, of the seeds that both have.
    """

    task: str
    metric: str
    is_higher_better: bool
    joint: Mapping[int, float]
    twin: Mapping[int, float]
    relative: Interval | None
    by_seed: Mapping[int, float]


def interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Mean and t interval of independent values, at least one."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return Interval(mean)
    half = float(stats.t.ppf(0.5 + confidence / 2, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values)))
    return Interval(mean, mean - half, mean + half)


def gain_of(
    task: str, metric: str, joint: Mapping[int, float], twin: Mapping[int, float], *, is_higher_better: bool
) -> Gain:
    """Compare one task's scores by seed, at least one on each side."""
    sign = 1.0 if is_higher_better else -1.0
    common = sorted(set(joint) & set(twin))
    by_seed = {seed: sign * (joint[seed] - twin[seed]) / abs(twin[seed]) for seed in common if twin[seed]}
    if len(by_seed) >= 2 or (by_seed and min(len(joint), len(twin)) == 1):
        relative: Interval | None = interval(list(by_seed.values()))
    else:
        relative = _unpaired(list(joint.values()), list(twin.values()), sign)
    return Gain(task, metric, is_higher_better, dict(joint), dict(twin), relative, by_seed)


def mean_gain(gains: Sequence[Gain]) -> Interval | None:
    """Delta_m over the tasks; its interval is over the seeds that every task has on both sides. None without tasks."""
    known = [gain for gain in gains if gain.relative is not None]
    if not known:
        return None
    seeds = set.intersection(*(set(gain.by_seed) for gain in known))
    if len(seeds) >= 2:
        return interval([float(np.mean([gain.by_seed[seed] for gain in known])) for seed in sorted(seeds)])
    return Interval(float(np.mean([gain.relative.mean for gain in known if gain.relative is not None])))


def _unpaired(joint: Sequence[float], twin: Sequence[float], sign: float) -> Interval | None:
    """Welch's interval of the difference of means, as a share of the twins' mean."""
    base = abs(float(np.mean(twin)))
    if not base:
        return None
    mean = sign * (float(np.mean(joint)) - float(np.mean(twin))) / base
    if len(joint) < 2 or len(twin) < 2:
        return Interval(mean)
    parts = [float(np.var(side, ddof=1)) / len(side) for side in (joint, twin)]
    error = math.sqrt(sum(parts))
    if not error:
        return Interval(mean, mean, mean)
    freedom = sum(parts) ** 2 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, (joint, twin), strict=True))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)) * error / base
    return Interval(mean, mean - half, mean + half)
