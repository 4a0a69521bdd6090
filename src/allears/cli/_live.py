"""The words so far, in place on a terminal; nothing anywhere else, and no library loaded for it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self, TextIO

__all__ = ["Live"]


class Live:
    """Shows the words of the utterance that is being spoken: stable ones plain, tentative ones dim.

    Args:
        is_quiet: show nothing.
        file: stderr if left out.
    """

    def __init__(self, *, is_quiet: bool = False, file: TextIO | None = None) -> None:
        self._file = file or sys.stderr
        self._is_shown = not is_quiet and self._file.isatty()
        self._live: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.clear()

    def show(self, stable: Sequence[str], tentative: Sequence[str]) -> None:
        """Put the words in place of those shown before."""
        if not self._is_shown:
            return
        from rich.console import Console
        from rich.live import Live as RichLive
        from rich.text import Text

        if self._live is None:
            self._live = RichLive(console=Console(file=self._file), transient=True, auto_refresh=False)
            self._live.start()
        text = Text.assemble(" ".join(stable), " " if stable else "", (" ".join(tentative), "dim"))
        self._live.update(text, refresh=True)

    def clear(self) -> None:
        """Take the words away."""
        if self._live is not None:
            self._live.stop()
            self._live = None
