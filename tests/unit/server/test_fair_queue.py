"""Turns, places, cancellation and the end of the queue."""

from __future__ import annotations

import asyncio
import threading

import pytest

from allears.server.errors import ApiError
from allears.server.fair_queue import FairQueue


def queue(**changes) -> FairQueue:
    return FairQueue(**{"num_workers": 1, "num_waiting": 20, "num_per_client": 20, **changes})


async def settled(*tasks) -> None:
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.005)


def test_clients_take_turns() -> None:
    async def run() -> list[str]:
        line, gate, order = queue(), threading.Event(), []

        def work(name):
            return lambda _: (gate.wait(5), order.append(name))

        tasks = [asyncio.ensure_future(line.run(n[0], work(n))) for n in ("a1", "a2", "a3", "b1", "b2", "c1")]
        await asyncio.sleep(0.01)
        gate.set()
        await settled(*tasks)
        await line.drain()
        return order

    assert asyncio.run(run()) == ["a1", "a2", "b1", "c1", "a3", "b2"]  # a1 was begun before the others came


def test_no_more_at_once_than_workers() -> None:
    async def run() -> int:
        line, gate = queue(num_workers=2), threading.Event()
        tasks = [asyncio.ensure_future(line.run("a", lambda _: gate.wait(5))) for _ in range(6)]
        await asyncio.sleep(0.02)
        most = line.num_running
        gate.set()
        await settled(*tasks)
        return most

    assert asyncio.run(run()) == 2


def test_places_end_and_are_given_back() -> None:
    async def run() -> None:
        line = queue(num_waiting=1, num_per_client=5)
        with line.place("a"), line.place("b"):
            with pytest.raises(ApiError, match="all places") as refused, line.place("c"):
                pass
            assert refused.value.status == 429
            assert refused.value.retry_after_s >= 1
        with line.place("c"):
            assert line.num_places_taken == 1

    asyncio.run(run())


def test_one_client_does_not_get_all_places() -> None:
    async def run() -> None:
        line = queue(num_per_client=2)
        with line.place("a"), line.place("a"):
            with pytest.raises(ApiError, match="this client has 2"), line.place("a"):
                pass
            with line.place("b"):
                pass

    asyncio.run(run())


def test_cancelled_work_is_told_and_waited_for() -> None:
    async def run() -> None:
        line, over = queue(), []

        def work(is_unwanted) -> None:
            is_unwanted.wait(5)
            over.append(is_unwanted.is_set())

        task = asyncio.ensure_future(line.run("a", work))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert over == [True]
        assert line.num_running == 0

    asyncio.run(run())


def test_cancelled_before_its_turn_is_never_begun() -> None:
    async def run() -> None:
        line, gate, begun = queue(), threading.Event(), []
        first = asyncio.ensure_future(line.run("a", lambda _: gate.wait(5)))
        second = asyncio.ensure_future(line.run("a", lambda _: begun.append(1)))
        await asyncio.sleep(0.01)
        second.cancel()
        gate.set()
        await first
        await line.drain()
        assert begun == []

    asyncio.run(run())


def test_an_error_is_its_owners_alone() -> None:
    async def run() -> None:
        line = queue()
        bad = asyncio.ensure_future(line.run("a", lambda _: 1 / 0))
        good = asyncio.ensure_future(line.run("a", lambda _: 7))
        with pytest.raises(ZeroDivisionError):
            await bad
        assert await good == 7

    asyncio.run(run())


def test_drain_finishes_what_waits_and_lets_nobody_in() -> None:
    async def run() -> None:
        line, gate = queue(), threading.Event()
        tasks = [asyncio.ensure_future(line.run("a", lambda _, n=n: (gate.wait(5), n)[1])) for n in range(3)]
        await asyncio.sleep(0.01)
        draining = asyncio.ensure_future(line.drain())
        await asyncio.sleep(0)
        with pytest.raises(ApiError, match="shuts down"), line.place("b"):
            pass
        gate.set()
        assert await asyncio.gather(*tasks) == [0, 1, 2]
        await draining

    asyncio.run(run())
