"""Options of a recipe that make no sense, refused before anything is built."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["check_choice", "check_counts", "check_divides", "check_weights"]


def check_counts(least: int = 1, /, **counts: int) -> None:
    """Raise ValueError unless every count is a whole number of at least `least`."""
    for name, value in counts.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")


def check_weights(**weights: float) -> None:
    """Raise ValueError if a weight of a penalty is negative or not a number."""
    for name, value in weights.items():
        if not value >= 0.0:
            raise ValueError(f"{name} must be 0 (off) or more, got {value!r}")


def check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    """Raise ValueError unless `value` is one of `allowed`."""
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")


def check_divides(name: str, part: int, whole_name: str, whole: int) -> None:
    """Raise ValueError unless `part` divides `whole`."""
    check_counts(**{name: part})
    if whole % part:
        raise ValueError(f"{name} must divide {whole_name} = {whole}, got {part}: choose another {name}")
