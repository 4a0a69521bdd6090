"""How far the work is, on stderr: a bar on a terminal, a line now and then anywhere else, nothing for short work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TextIO

__all__ = ["Progress"]

QUIET_S = 1.0  # work shorter than this shows nothing; the bar's library is not even imported
LINE_EVERY_S = 10.0


class Progress:
    """Shows progress over files, and within the one that is being heard.

    Args:
        num_files: files there are.
        is_quiet: show nothing.
        file: stderr if left out.
        now: clock in seconds, for tests.
    """

    def __init__(
        self,
        num_files: int,
        *,
        is_quiet: bool = False,
        file: TextIO | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._num_files, self._is_quiet, self._file, self._now = num_files, is_quiet, file or sys.stderr, now
        self._number, self._name = 0, ""
        self._started_s = self._said_s = now()
        self._bar: Any = None
        self._row: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start_file(self, name: str) -> None:
        """The next file begins."""
        self._number, self._name = self._number + 1, name
        self.update(0.0, None)

    def update(self, done_s: float, total_s: float | None) -> None:
        """`done_s` of `total_s` seconds of the file's audio are heard; None if its length is not known."""
        if self._is_quiet or self._now() - self._started_s < QUIET_S:
            return
        if self._file.isatty():
            self._draw(done_s, total_s)
        elif self._now() - self._said_s >= LINE_EVERY_S:
            self._said_s = self._now()
            of = "" if total_s is None else f" of {total_s:.0f}"
            print(f"[{self._number}/{self._num_files}] {self._name}: {done_s:.0f}{of} s heard", file=self._file)

    def pause(self) -> None:
        """Take the bar away, since a result is about to be printed; the next update brings it back."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _draw(self, done_s: float, total_s: float | None) -> None:
        if self._bar is None:
            self._bar, self._row = _new_bar(self._file)
        text = f"[{self._number}/{self._num_files}] {self._name}"
        self._bar.update(self._row, description=text, completed=done_s, total=total_s)


def _new_bar(file: TextIO) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    text = TextColumn("{task.description}", markup=False)
    bar = Bar(text, BarColumn(), TextColumn("{task.completed:.0f} s"), TimeRemainingColumn(),
              console=Console(file=file), transient=True)  # fmt: skip
    bar.start()
    return bar, bar.add_task("", total=None)
