"""Ctrl-C and `kill` as a polite request: the step is finished and saved before the run ends.

In: signals. Out: a flag that the loop looks at between steps. A second signal ends at once.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["StopFlag", "stop_on_signals"]


class StopFlag:
    """Whether the run should end; `signal_number` is who asked, None if nobody did."""

    signal_number: int | None = None

    @property
    def is_set(self) -> bool:
        return self.signal_number is not None


@contextmanager
def stop_on_signals() -> Iterator[StopFlag]:
    """SIGINT and SIGTERM set the flag inside; the old handlers are back afterwards."""
    flag = StopFlag()

    def ask(number: int, _: FrameType | None) -> None:
        if flag.is_set:
            raise KeyboardInterrupt
        flag.signal_number = number
        print("stopping after this step (once more to stop at once)", file=sys.stderr, flush=True)

    old = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield flag
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
