"""Numbers as people say them. In: numbers. Out: text."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["listed", "number", "percent", "plural", "spent"]


def number(value: float) -> str:
    """Four significant digits at most: `0.8731`, `12.4`, `1,234`."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """With its sign: `+3.1 %`."""
    return f"{share * 100:+.1f} %".replace("-", "−")


def spent(seconds: float) -> str:
    """`42 s`, `12 min`, `3.4 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def plural(count: int, word: str) -> str:
    """`1 seed`, `3 seeds`."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")
