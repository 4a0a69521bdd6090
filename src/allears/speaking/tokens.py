"""A piece of a text as it stands there, and what is said for it.

In: nothing. Out: `Token`, which text normalisation makes and phones are made of.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PAUSES", "Token"]

PAUSES = ",.?!;:"  # the marks that are heard; others become one of them, or nothing


@dataclass(frozen=True)
class Token:
    """A word, a number, a mark of the text.

    Attributes:
        written: as it stands in the text, such as `$5.20`.
        said: its words, such as `five dollars and twenty cents`. A single capital is the name of that letter, one of
            `PAUSES` a pause.
        phones: how it is said, where somebody said so; then `said` counts for nothing.
    """

    written: str
    said: tuple[str, ...] = ()
    phones: str = ""
