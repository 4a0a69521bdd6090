"""Processes of this machine, one session each; no library is needed. A worker that is killed is replaced.

In: work. Out: outcomes. Each worker has one item at a time, so at most one item a worker is lost when it dies, and that
one is heard again. `concurrent.futures` gives up all of its processes when one is killed, so this is done by hand.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from allears.archive.engines import ENGINES
from allears.archive.hearer import Hearer, Outcome
from allears.archive.items import Item
from allears.archive.outputs import Outputs
from allears.archive.work import Engine, Work

__all__ = ["local"]

log = logging.getLogger(__name__)

_TRIES = 3  # of an item whose worker dies, and of a worker that dies before it is ready
_END_S = 5.0
_CONTEXT = multiprocessing.get_context("spawn")  # a fork of a process with onnxruntime's threads may hang


@ENGINES.register
def local() -> Engine:
    """Processes of this machine."""
    return lambda work: _Pool(work).run()


class _Worker:
    """A process; `item` is what it hears, None if it waits, and `is_ready` whether its session is open."""

    def __init__(self, work: Work) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.item: Item | None = None
        self.is_ready = False
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()  # ours of it, so that the end of the process is the end of the pipe

    def end(self) -> None:
        self.pipe.close()
        self.process.join(_END_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class _Pool:
    def __init__(self, work: Work) -> None:
        self._work, self._outputs = work, Outputs(work.folder)
        self._waiting = deque(work.items)
        self._deaths: Counter[str] = Counter()
        self._num_stillborn = 0
        self._workers = [_Worker(work) for _ in range(work.num_workers)]

    def run(self) -> Iterator[Outcome]:
        try:
            while self._waiting or any(worker.item for worker in self._workers):
                for ready in wait([worker.pipe for worker in self._workers]):
                    worker = next(one for one in self._workers if one.pipe is ready)
                    outcome = self._take(worker)
                    if outcome is not None:
                        yield outcome
        finally:
            for worker in self._workers:
                worker.end()

    def _take(self, worker: _Worker) -> Outcome | None:
        """What a worker tells, which then gets the next item; if it died, another takes its place."""
        try:
            told: Any = worker.pipe.recv()
        except (EOFError, OSError):
            return self._bury(worker)
        if isinstance(told, Exception):
            raise told
        worker.is_ready, worker.item = True, self._waiting.popleft() if self._waiting else None
        if worker.item is not None:
            try:
                worker.pipe.send(worker.item)
            except OSError:  # it died just now; the pipe's end is seen next
                log.debug("a worker died before it got %s", worker.item.id)
        return told if isinstance(told, Outcome) else None

    def _bury(self, worker: _Worker) -> Outcome | None:
        worker.process.join(_END_S)
        code, item = worker.process.exitcode, worker.item
        worker.end()
        self._workers.remove(worker)
        if not worker.is_ready:
            self._num_stillborn += 1
            if self._num_stillborn >= _TRIES:
                raise RuntimeError(f"workers die before they hear anything (exit code {code}): is there enough memory?")
        self._workers.append(_Worker(self._work))
        return None if item is None else self._again(item, code)

    def _again(self, item: Item, code: int | None) -> Outcome | None:
        """Put an item back whose worker died; it fails if that happens again and again."""
        self._deaths[item.key] += 1
        if self._deaths[item.key] < _TRIES:
            log.warning("a worker died (exit code %s) at %s, which is heard again", code, item.id)
            self._waiting.appendleft(item)
            return None
        reason = f"its worker died {_TRIES} times (exit code {code}): is it too large for the memory?"
        self._outputs.keep_failure(item, reason)
        return Outcome(item.key, "failed")


def _serve(pipe: Connection, work: Work) -> None:
    """A worker's life: open a session, then hear what comes, until the pipe ends. Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        hearer = Hearer(work.options, work.folder, work.open_session)
        pipe.send(None)
        while True:
            pipe.send(hearer.hear(pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Exception as error:  # told to the parent, which ends the run with it
        pipe.send(_portable(error))


def _portable(error: Exception) -> Exception:
    """The error as one that surely travels between processes."""
    from allears.runtime.onnx_file import ModelError

    if isinstance(error, ModelError):
        return ModelError(str(error))
    if isinstance(error, ValueError):
        return ValueError(str(error))
    return OSError(f"a worker failed: {type(error).__name__}: {error}")
