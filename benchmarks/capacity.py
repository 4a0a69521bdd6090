"""What 1,000 hours of recordings cost, from how fast workers hear them, and how many replicas a load needs.

python benchmarks/capacity.py --data DIR --replicas 1 2 --out capacity.json

Clips of librispeech-mini dev are heard by `allears hear --engine local`'s own engine with so many workers of one thread
each, every default task on; the time is that of the run, with the start of the workers in it and, from the second clip
of each on, without it. A price is an assumption and has to be given: `--price-per-core-hour`. Cost and replicas are
arithmetic on the measured speed:

    core hours of 1,000 h = 1000 workers / (times real time, all workers together)
    cost                  = core hours x price / share of the time that machines are busy
    replicas of a load    = ceil(hours of audio that come in an hour / (times real time of a replica x busy share))
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.archive.hearer import Outcome, SessionOptions
from allears.archive.items import Item
from allears.archive.run import hear_archive
from common.corpora import clips_of
from common.run import Table, arguments, progress, run

BUSY = 0.7  # of the time: more, and a wait for one's turn grows without end (M/M/1: 1 / (1 - busy))
LOADS_H = (1.0, 10.0, 100.0, 1000.0)  # hours of audio that come in an hour


@dataclass(frozen=True)
class Speed:
    """What was measured with some workers, one thread each.

    Attributes:
        num_workers: at the same time.
        times_real_time: seconds of audio a second, all together, once all of them work.
        with_start: the same, the start of the workers included.
        real_time_factor: seconds of work a second of audio, of one worker.
    """

    num_workers: int
    times_real_time: float
    with_start: float
    real_time_factor: float


def core_hours(speed: Speed) -> float:
    """Hours of one core for 1,000 hours of audio."""
    return 1000.0 * speed.num_workers / speed.times_real_time


def cost(speed: Speed, price_per_core_hour: float, *, busy: float = BUSY) -> float:
    """Of 1,000 hours of audio, in the price's currency."""
    return core_hours(speed) * price_per_core_hour / busy


def replicas(speed: Speed, hours_an_hour: float, *, busy: float = BUSY) -> int:
    """Replicas of so many workers for a steady load."""
    return max(1, math.ceil(hours_an_hour / (speed.times_real_time * busy)))


def measure(args: argparse.Namespace) -> dict[str, Any]:
    clips = clips_of(args.data, "librispeech-mini", "dev")[: args.limit]
    items = [Item(clip.id, str(clip.audio.absolute()), clip.start_s, clip.duration_s) for clip in clips]
    speeds = []
    for num_workers in args.replicas:
        progress(f"capacity: {num_workers} workers")
        speeds.append(_speed(items, num_workers, args.model))
    rows = [_row(speed, args.price_per_core_hour) for speed in speeds]
    return {"results": {str(one.num_workers): one.__dict__ for one in speeds}, "tables": [_table(args, rows)]}


def _speed(items: Sequence[Item], num_workers: int, model: Path | None) -> Speed:
    told: list[tuple[float, Outcome]] = []
    with tempfile.TemporaryDirectory() as folder:
        summary = hear_archive(
            items, folder, SessionOptions(model=None if model is None else str(model)), num_workers=num_workers,
            on_outcome=lambda outcome: told.append((time.monotonic(), outcome)),
        )  # fmt: skip
    first, steady = told[num_workers - 1][0], told[num_workers:]
    heard_s = sum(outcome.duration_s for _, outcome in steady)
    took_s = told[-1][0] - first
    rate = heard_s / took_s if took_s > 0 else summary.times_real_time
    return Speed(num_workers, rate, summary.times_real_time, summary.real_time_factor)


def _row(speed: Speed, price: float) -> list[str]:
    numbers = [f"{speed.times_real_time:.1f}", f"{speed.with_start:.1f}", f"{speed.real_time_factor:.3f}"]
    money = [f"{core_hours(speed):.0f}", f"{cost(speed, price):.2f}"]
    return [str(speed.num_workers), *numbers, *money, *(str(replicas(speed, load)) for load in LOADS_H)]


def _table(args: argparse.Namespace, rows: list[list[str]]) -> Table:
    loads = [f"replicas for {load:g} h an hour" for load in LOADS_H]
    return {
        "title": "Capacity: workers of one thread each",
        "columns": ["workers", "times real time", "with start", "real-time factor of a worker",
                    "core hours of 1,000 h", f"cost at {args.price_per_core_hour:g} a core hour", *loads],
        "rows": rows,
        "notes": [f"The price is an assumption. Machines are busy {BUSY:.0%} of the time."],
    }  # fmt: skip


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2], help="workers at the same time, each once")
    parser.add_argument("--price-per-core-hour", type=float, default=0.04, help="in any currency; an assumption")
    run("capacity", parser.parse_args(), measure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
