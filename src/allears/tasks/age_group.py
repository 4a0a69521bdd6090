"""How old a voice sounds, as a band of years.

Manifest: `age`, years. Loss: cross-entropy.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "age_group"]

_BANDS = (18.0, 30.0, 45.0, 60.0)  # first year of every band but the youngest


@TASKS.register
def age_group(*, bands: Sequence[float] = _BANDS, name: str = "age-group", hidden: int = 128) -> Task:
    """A band of ages for a clip.

    Args:
        bands: first year of every band but the youngest: (18, 60) gives `0-17`, `18-59` and `60+`.
        name: of the task.
        hidden: width of the head.

    Raises:
        ValueError: bands that do not rise.
    """
    if not bands or any(low >= high for low, high in pairwise((0.0, *bands))):
        raise ValueError(f"bands of ages are {list(bands)}: give rising years above 0, such as [18, 30, 45, 60]")
    edges = [0, *(round(year) for year in bands)]
    names = [*(f"{low}-{high - 1}" for low, high in pairwise(edges)), f"{edges[-1]}+"]
    return closed_set(
        name, field="age", classes=names, hidden=hidden, convert=lambda age: names[bisect_right(bands, _years(age))]
    )


def _years(age: Any) -> float:
    try:
        return float(age)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the field `age` is {age!r}: give a number of years, or leave it out") from error


EXAMPLE = Example({"bands": (18, 60), "hidden": 8}, ({"age": 7}, {"age": 34.5}))
