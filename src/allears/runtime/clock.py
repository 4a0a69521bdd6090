"""Seconds of work by part."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Clock"]


class Clock:
    """Adds up what each part of one hearing takes. Attribute `total_s`: seconds since it was made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time inside to a part."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - begun

    def seconds(self) -> dict[str, float]:
        """Part -> seconds, and `total`."""
        return self._seconds | {"total": time.perf_counter() - self._begun}
