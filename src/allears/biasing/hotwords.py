"""Words and phrases that one user says, each with a weight: names, titles, products.

In: a file (a phrase a line, a tab and a weight if it is not 1, `#` begins a comment), a list, or a mapping. Out:
`Hotwords`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from allears.texts import plain_words

__all__ = ["HEAVIEST", "Hotwords"]

HEAVIEST = 10.0  # far above any weight that does good: more is a slip of the hand


@dataclass(frozen=True)
class Hotwords:
    """Phrases as they are to be written -> weight, above 0; 1 is the usual one.

    Raises:
        ValueError: a phrase without letters, or a weight out of range.
    """

    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        for phrase, weight in self.weights.items():
            _check(phrase, weight)

    @classmethod
    def of(cls, source: str | Path | Iterable[str] | Mapping[str, float] | Hotwords) -> Hotwords:
        """Those of a file (`str` or `Path`), of phrases, or of a mapping.

        Raises:
            ValueError: as `load`, and as the class.
            OSError: the file cannot be read.
        """
        if isinstance(source, Hotwords):
            return source
        if isinstance(source, (str, Path)):
            return cls.load(source)
        return cls(dict(source) if isinstance(source, Mapping) else dict.fromkeys(source, 1.0))

    @classmethod
    def load(cls, path: str | Path) -> Hotwords:
        """Read a file.

        Raises:
            ValueError: a line that is none, by its number; a phrase given twice; a file without phrases or not UTF-8.
            OSError: it cannot be read.
        """
        try:
            lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise ValueError(f"{path} is not UTF-8 text ({error}): save it as UTF-8") from error
        weights: dict[str, float] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            phrase, weight = _parse(line, f"{path}, line {number}")
            if phrase in weights:
                raise ValueError(f"{path}, line {number}: {phrase!r} is given twice: leave one of the lines out")
            weights[phrase] = weight
        if not weights:
            raise ValueError(f"{path} has no phrase: write one a line, such as `Ada Lovelace`")
        return cls(weights)


def _parse(line: str, where: str) -> tuple[str, float]:
    phrase, tab, number = line.partition("\t")
    try:
        weight = float(number) if tab else 1.0
    except ValueError:
        raise ValueError(
            f"{where}: after the tab a number is needed, got {number.strip()!r}: write a weight such as 2, or no tab"
        ) from None
    phrase = " ".join(phrase.split())
    try:
        _check(phrase, weight)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    return phrase, weight


def _check(phrase: str, weight: float) -> None:
    if not plain_words(phrase):
        raise ValueError(f"a hotword needs letters or digits, got {phrase!r}: write it as it is spelt")
    if not (math.isfinite(weight) and 0 < weight <= HEAVIEST):
        raise ValueError(
            f"the weight of {phrase!r} must be above 0 and at most {HEAVIEST:g}, got {weight:g}: 1 is the usual one"
        )
