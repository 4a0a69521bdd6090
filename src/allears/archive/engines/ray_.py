"""A Ray cluster, or this machine through Ray: a pool of actors, one session each, fed by Ray Data.

In: work, on a folder that all machines of the cluster share. Out: outcomes. Ray starts an actor anew that was killed,
and gives its block of items again: those that are done are known by their files, and are not heard twice. Ray's own
usage statistics are turned off for a cluster that is started here. Needs the extra `ray`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from allears.archive.engines import ENGINES
from allears.archive.hearer import Hearer, Outcome
from allears.archive.items import Item
from allears.archive.work import Engine, Work

__all__ = ["ray_"]

_BLOCK_ITEMS = 16  # given to an actor at a time, and told of together
_STORE_BYTES = 100_000_000  # of shared memory on this machine: what travels are names and numbers


@ENGINES.register
def ray_() -> Engine:
    """Actors of a Ray cluster, or of this machine."""
    return _run


class _Actor:
    """A worker; `Work` without its items."""

    def __init__(self, work: Work) -> None:
        self._hearer = Hearer(work.options, work.folder, work.open_session)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        fields = {**row, "duration_s": None if row["duration_s"] < 0 else row["duration_s"]}
        return asdict(self._hearer.hear(Item(**fields)))


def _run(work: Work) -> Iterator[Outcome]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # before ray is imported: nothing is sent anywhere
    import ray
    import ray.data

    is_ours = not ray.is_initialized()
    if is_ours:
        _start(ray, work)
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        rows = [{**asdict(item), "duration_s": _number(item.duration_s)} for item in work.items]
        num_blocks = max(1, min(len(rows), max(work.num_workers, len(rows) // _BLOCK_ITEMS)))
        bare = Work((), os.path.abspath(work.folder), work.options, work.num_workers, None, work.open_session)
        actor: Any = _Actor  # a class is fine, its types only know functions
        heard = ray.data.from_items(rows, override_num_blocks=num_blocks).map(
            actor,
            fn_constructor_args=(bare,),
            compute=ray.data.ActorPoolStrategy(size=work.num_workers),
            num_cpus=work.options.num_threads,
        )
        for row in heard.iter_rows():
            yield Outcome(**row)
    finally:
        if is_ours:
            ray.shutdown()


def _start(ray: Any, work: Work) -> None:
    more: dict[str, Any] = {"address": work.address}
    if work.address is None:
        needed = work.num_workers * work.options.num_threads
        more = {"num_cpus": max(needed, os.cpu_count() or 1), "object_store_memory": _STORE_BYTES,
                "include_dashboard": False}  # fmt: skip
    ray.init(log_to_driver=False, logging_level=logging.ERROR, **more)


def _number(duration_s: float | None) -> float:
    """Columns have one type: no length is -1 on the way."""
    return -1.0 if duration_s is None else duration_s
