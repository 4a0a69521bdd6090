"""How often ordinary sound scores as high as a keyword: what turns a score into false accepts an hour.

In: the peaks that some hours of sound without the keyword gave. Out: `Tail`: score <-> false accepts an hour.

The highest peaks of a background thin out exponentially (the tail of most score distributions does: Gumbel 1958,
"Statistics of extremes"), so log10 of their rate is a line in the score:

    log10(rate(x)) = log10(rate_0) - (x - x_0) / (ln 10 * beta)

with x_0 the lowest of the peaks used, rate_0 their number an hour, beta their mean excess over x_0 (the maximum
likelihood estimate of an exponential). Rates below one in the hours heard are extrapolated along that line.
A score that has a best value and comes near it (a spelling's: 0) has no such tail: beyond it there is nothing, and
towards it the rate falls as a power of the distance (the Weibull domain of extremes; Hill 1975, "A simple general
approach to inference about the tail of a distribution"). There the line is in the height h(x) = -ln(best - x + 0.05)
instead of x; ours differs by the 0.05, since what spells the keyword by chance does so exactly.

`background.json` holds such tails of pseudo-keywords, by way of hearing and length, so that a keyword has a threshold
before its user has given any background; `benchmarks/keyword_background.py` made it.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

__all__ = ["BEST", "BY_EXAMPLES", "BY_SPELLING", "NEAR_BEST", "Tail", "fit_tail", "usual_tail"]

log = logging.getLogger(__name__)

BY_EXAMPLES, BY_SPELLING = "examples", "spelling"
BEST = {BY_EXAMPLES: 1.0, BY_SPELLING: 0.0}  # no score is higher: a threshold above it is never reached
NEAR_BEST = {BY_SPELLING: BEST[BY_SPELLING]}  # ways whose scores come near it
_NEAR = 0.05  # of a height; below it, scores of spellings differ by chance
_FILE = Path(__file__).with_name("background.json")
_MIN_PEAKS, _MAX_PEAKS = 5, 50  # a tail is the highest of them; fewer than 5 say nothing


@dataclass(frozen=True)
class Tail:
    """The line of the module: false accepts an hour as a function of the score.

    Attributes:
        score: where there is one false accept an hour; its height if there is a best score.
        per_decade: how much that rises while the rate falls to a tenth, above 0.
        hours: of background it was measured on.
        best: the score that none is above, where scores come near it.
    """

    score: float
    per_decade: float
    hours: float
    best: float | None = None

    def rate(self, score: float) -> float:
        """False accepts an hour at that score."""
        return float(10.0 ** min(12.0, (self.score - _height(score, self.best)) / self.per_decade))

    def threshold(self, false_accepts_per_hour: float) -> float:
        """The score with that rate; above the best score where that is not rare enough.

        Raises:
            ValueError: a rate that is not above 0.
        """
        if not false_accepts_per_hour > 0:
            raise ValueError(
                f"false accepts per hour must be above 0, got {false_accepts_per_hour}: 0.1 is one in ten hours"
            )
        height = self.score - self.per_decade * math.log10(false_accepts_per_hour)
        return height if self.best is None else self.best + _NEAR - math.exp(-height)


def _height(score: float, best: float | None) -> float:
    return score if best is None else -math.log(max(0.0, best - score) + _NEAR)


def fit_tail(scores: Sequence[float], hours: float, *, best: float | None = None) -> Tail:
    """The tail of the peaks of `hours` of background; `best`: as in `Tail`.

    Raises:
        ValueError: no time, or too few peaks to say anything.
    """
    if not hours > 0 or len(scores) < _MIN_PEAKS + 1:
        raise ValueError(
            f"the background gave {len(scores)} peaks in {hours:.2f} h, {_MIN_PEAKS + 1} or more are needed: give more "
            "of the sound that the keyword must not be heard in, an hour is a start"
        )
    highest = [_height(score, best) for score in sorted(scores, reverse=True)[: _MAX_PEAKS + 1]]
    lowest = highest.pop()
    beta = max(1e-6, sum(highest) / len(highest) - lowest)
    per_decade = math.log(10.0) * beta
    return Tail(lowest + per_decade * math.log10(len(highest) / hours), per_decade, hours, best)


def usual_tail(by: str, length: int, model: str) -> Tail | None:
    """The tail of keywords of that length (frames of an example, units of a spelling); None if none was measured.

    A model that nothing was measured on is given the tail of the one that was, with a warning.
    """
    measured = _measured()
    found = measured.get(by)
    if not found:
        return None
    if found["model"] != model:
        _warn(model, found["model"])
    size = math.log(max(1, length))
    return Tail(found["score"][0] + found["score"][1] * size, found["per_decade"], found["hours"], found.get("best"))


class _Measured(TypedDict):
    """Of one way of hearing: `score` is [a, b] of a + b * ln(length), the rest as in `Tail`."""

    model: str
    score: tuple[float, float]
    per_decade: float
    hours: float
    best: NotRequired[float]


@cache
def _warn(model: str, measured: str) -> None:
    log.warning(
        "keyword thresholds were measured with %s, not with %s: add keywords with --background FOLDER to be sure",
        measured,
        model,
    )


@cache
def _measured() -> dict[str, _Measured]:
    data: dict[str, _Measured] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data
