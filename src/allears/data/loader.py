"""Batches without end, read ahead by threads, and a place in them that can be saved and taken up again exactly.

In: a data set and a sampler. Out: `Batch`es; of a run of several processes, one part of every batch.
Threads and not processes: reading, resampling and FFTs leave Python's lock, tasks need not be pickled, and nothing is
forked. What a clip becomes depends on its draw alone, so the number of threads changes nothing.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from allears.batch import Batch
from allears.data.dataset import ClipDataset, Item, UnreadableClipError, collate
from allears.data.read_ahead import read_ahead
from allears.data.sampler import Draw, Sampler
from allears.ranks import total

__all__ = ["Loader", "each_once"]

log = logging.getLogger(__name__)


class _Turn(NamedTuple):
    """A clip to be read; without its labels if another process has them."""

    draw: Draw
    is_own: bool


class Loader:
    """An endless iterator of batches that counts what it has given.

    Args:
        dataset: over `sampler.clips`.
        sampler: see `Sampler`.
        num_workers: threads that read; 0 reads when asked.
        max_unreadable: share of an epoch's draws that may be unreadable; they are left out, counted and warned of. At
            the default the first one stops the training. Each process counts its own.
        part: (r, N): of each batch the clips r, r + N, r + 2 N, ... The processes of a run hold one part each and take
            their batches together. A batch of fewer than N clips gives the others a clip without its labels, so that
            they have something to run on and add nothing.

    Attributes:
        labels_seen: task name -> labels given so far, of this part; 0 for a task that starves.
        epoch: of the next batch, from 0.
    """

    def __init__(
        self,
        dataset: ClipDataset,
        sampler: Sampler,
        *,
        num_workers: int = 2,
        max_unreadable: float = 0.0,
        part: tuple[int, int] = (0, 1),
    ) -> None:
        self.dataset, self.sampler = dataset, sampler
        self._num_workers, self._max_unreadable, self._part = num_workers, max_unreadable, part
        self.epoch, self._batch = 0, 0
        self._num_in_epoch = len(sampler.epoch(0))
        self.labels_seen = Counter(dict.fromkeys(dataset.tasks, 0))
        self._num_unreadable = 0
        self._reader: Generator[list[Item | UnreadableClipError], None, None] | None = None

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        """The next batch.

        Raises:
            UnreadableClipError: a clip cannot be read, and no more may be left out.
        """
        items: list[Item] = []
        while not items:  # a batch of unreadable clips alone is passed over, if there is no other part of it
            if self._reader is None:
                self._reader = read_ahead(self._read, self._draws(self.epoch, self._batch), self._num_workers)
            read = next(self._reader)
            items = [item for item in read if not isinstance(item, UnreadableClipError)]
            self._account(read)
            self._step()
            if not items and self._part[1] > 1:
                items = [Item("nothing", self.dataset.reader.nothing(), 0, {})]
        batch = collate(items, self.dataset.labels)
        self.labels_seen.update({name: labels.present.numel() for name, labels in batch.labels.items()})
        return batch

    def state_dict(self) -> dict[str, Any]:
        """The place after the last batch given; counts are of all parts, and all processes are asked for it."""
        return {
            "epoch": self.epoch,
            "batch": self._batch,
            "labels_seen": total(self.labels_seen),
            "num_unreadable": total({"clips": self._num_unreadable})["clips"],
            "fingerprint": self.sampler.fingerprint(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved place: the next batch is bit for bit the one that would have followed, in as many parts as
        there are now.

        Raises:
            ValueError: the clips or the batch plan are not those of the saved run.
        """
        if state["fingerprint"] != self.sampler.fingerprint():
            raise ValueError(
                "cannot resume: the training clips, their mixing or the batch size differ from those of the saved run; "
                "put them back, or start a new run from its weights"
            )
        self.close()
        self.epoch, self._batch = int(state["epoch"]), int(state["batch"])
        self._num_in_epoch = len(self.sampler.epoch(self.epoch))
        is_first = self._part[0] == 0  # the first part takes over the counts of all, so that their sum is right
        self._num_unreadable = int(state["num_unreadable"]) if is_first else 0
        seen = dict(state["labels_seen"]) if is_first else {}
        self.labels_seen = Counter(dict.fromkeys(self.dataset.tasks, 0) | seen)

    def close(self) -> None:
        """Stop reading ahead; the next batch starts it again."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _draws(self, epoch: int, batch: int) -> Iterator[list[_Turn]]:
        for number in itertools.count(epoch):
            for draws in self.sampler.epoch(number)[batch if number == epoch else 0 :]:
                yield self._own(draws)

    def _own(self, draws: Sequence[Draw]) -> list[_Turn]:
        """This part of a batch; never empty."""
        first, step = self._part
        return [_Turn(draw, True) for draw in draws[first::step]] or [_Turn(draws[first % len(draws)], False)]

    def _read(self, turn: _Turn) -> Item | UnreadableClipError:
        try:
            item = self.dataset[turn.draw]
            return item if turn.is_own else replace(item, labels={})
        except UnreadableClipError as error:
            if self._max_unreadable <= 0.0:
                raise
            return error

    def _account(self, read: Sequence[Item | UnreadableClipError]) -> None:
        for error in (item for item in read if isinstance(item, UnreadableClipError)):
            self._num_unreadable += 1
            log.warning("left out (%d in this epoch): %s", self._num_unreadable, error)
            if self._num_unreadable > self._max_unreadable * len(self.sampler.clips):
                raise UnreadableClipError(
                    f"{self._num_unreadable} unreadable clips in one epoch, more than {self._max_unreadable:.1%} of "
                    f"{len(self.sampler.clips)}: run `allears data check` on the manifests. The last one: {error}"
                ) from error

    def _step(self) -> None:
        self._batch += 1
        if self._batch < self._num_in_epoch:
            return
        seen = total(self.labels_seen)
        starved = [name for name in self.dataset.tasks if not seen[name]]
        if starved:
            log.warning("after epoch %d no clip had a label for: %s", self.epoch, ", ".join(starved))
        if self._num_unreadable:
            log.warning("epoch %d left out %d unreadable clips", self.epoch, self._num_unreadable)
        self.epoch, self._batch, self._num_unreadable = self.epoch + 1, 0, 0
        self._num_in_epoch = len(self.sampler.epoch(self.epoch))


def each_once(dataset: ClipDataset, sampler: Sampler, *, num_workers: int = 0) -> Iterator[Batch]:
    """Every clip once, in batches of epoch 0 of a sampler at temperature 1 with equal weights: for evaluation.

    Raises:
        UnreadableClipError: a clip cannot be read: a number over the rest would not be comparable.
    """
    for items in read_ahead(dataset.__getitem__, sampler.epoch(0), num_workers):
        yield collate(items, dataset.labels)
