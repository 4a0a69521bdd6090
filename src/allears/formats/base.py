"""What a format is: a suffix, and a function from a result to text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allears.runtime.result import Result

__all__ = ["Format"]


@dataclass(frozen=True)
class Format:
    """A way to write down what was heard. A file in this folder registers a function that builds one.

    Attributes:
        suffix: of the files, with the dot.
        write: result -> the whole text of a file, which ends with a newline unless it is empty.
        is_joinable: whether several results, one after the other, are still a file of this format.
    """

    suffix: str
    write: Callable[[Result], str]
    is_joinable: bool = False
