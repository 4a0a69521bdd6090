"""Do the reading for later batches in threads while an earlier one is worked on; order and content do not change.

In: a function and groups of its arguments. Out: groups of its results, in order.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["read_ahead"]

AHEAD_GROUPS = 4  # groups being read while one is worked on: enough to ride over one long clip

Argument = TypeVar("Argument")
Out = TypeVar("Out")


def read_ahead(
    read: Callable[[Argument], Out], groups: Iterable[Sequence[Argument]], num_threads: int
) -> Generator[list[Out], None, None]:
    """Yield `[read(a) for a in group]` of each group; what `read` raises comes out at its group's turn.

    Args:
        read: may be called from several threads at once.
        groups: may be endless.
        num_threads: 0 reads in the calling thread, when asked.
    """
    if num_threads == 0:
        for group in groups:
            yield [read(argument) for argument in group]
        return
    with ThreadPoolExecutor(num_threads, thread_name_prefix="read-ahead") as pool:
        waiting: deque[list[Future[Out]]] = deque()
        rest = iter(groups)
        try:
            for group in itertools.islice(rest, AHEAD_GROUPS):
                waiting.append([pool.submit(read, argument) for argument in group])
            while waiting:
                done = [future.result() for future in waiting.popleft()]
                for group in itertools.islice(rest, 1):
                    waiting.append([pool.submit(read, argument) for argument in group])
                yield done
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
