"""A keyword: its spellings, its examples, and what ordinary sound scores.

In: what `enrol.py` made or `store.py` read. Out: a frozen value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from allears.keywords.background import Tail

__all__ = ["Keyword"]


@dataclass(frozen=True, eq=False)
class Keyword:
    """What is listened for.

    Attributes:
        name: as it was given; what a hit is called.
        model: name and version of the model whose frames the examples are.
        spellings: alternatives, any of which is a hit; none if it is known by examples alone.
        templates: (I, D) frames of each example, each frame of length 1: of all the recordings, then of all of them in
            noise; none if it is known by spelling alone.
        num_recordings: how many there were.
        false_accepts_per_hour: what its threshold is for.
        tails: way of hearing -> what the user's own background scored; the usual one where there is none.
    """

    name: str
    model: str
    spellings: tuple[str, ...] = ()
    templates: tuple[np.ndarray, ...] = ()
    num_recordings: int = 0
    false_accepts_per_hour: float = 0.1
    tails: dict[str, Tail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a keyword needs a name: give one, such as 'computer'")
        if not self.spellings and not self.templates:
            raise ValueError(f"the keyword {self.name!r} has neither a spelling nor an example: give one of them")
        if not self.false_accepts_per_hour > 0:
            raise ValueError(
                f"false accepts per hour must be above 0, got {self.false_accepts_per_hour}: 0.1 is one in ten hours"
            )
