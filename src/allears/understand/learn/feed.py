"""Batches of sentences without end, words made noisy anew each time, from a place that can be saved.

In: examples by label set. Out: `Batch`es with piece numbers in place of audio. Like lengths come together. What epoch
`n` holds depends on the seed and `n` alone, so that a run taken up again sees what it would have seen.

Letters: B sentences, T pieces.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from allears.batch import Batch, Labels
from allears.tasks.base import LabelContext, Task
from allears.understand.learn.noise import Noise
from allears.understand.learn.sentences import Example
from allears.understand.learn.swap import swap_values, values_of
from allears.understand.learn.tasks import DOMAIN, IN, OUT, SCOPE, SET
from allears.understand.pieces import WordPieces
from allears.understand.spec import UnderstandSpec

__all__ = ["Piece", "TextFeed", "collate", "encode", "fixed_batches"]


@dataclass(frozen=True)
class Piece:
    """A sentence as the network takes it: piece numbers, and the labels it carries."""

    id: str
    numbers: tuple[int, ...]
    fields: Mapping[str, Any]


def encode(
    example: Example, set_name: str, spec: UnderstandSpec, pieces: WordPieces, *, max_pieces: int,
    noise: Noise | None = None, draw: random.Random | None = None,
) -> Piece:  # fmt: skip
    """One example of a label set, made noisy if asked. Words past `max_pieces` are left out with their tags."""
    words, tags = list(example.words), None if example.tags is None else list(example.tags)
    if noise is not None:
        words, tags = noise.apply(words, tags, draw or random.Random(0))
    split = pieces.split(words).cut(max_pieces)
    fields: dict[str, Any] = {"first": split.first}
    if example.is_in_scope is not None:
        fields[SCOPE] = IN if example.is_in_scope else OUT
    if example.is_in_scope is not False:
        fields[SET] = set_name
    if example.intent is not None:
        fields[f"intent-{set_name}"] = example.intent
        fields[DOMAIN] = spec.set_named(set_name).domain_of.get(example.intent)
    if tags is not None:
        fields[f"slots-{set_name}"] = tags[: len(split.first)]
    return Piece(example.id, split.numbers, {key: value for key, value in fields.items() if value is not None})


def collate(items: Sequence[Piece], tasks: Mapping[str, Task]) -> Batch:
    """Items -> a batch; zeros past a sentence's end."""
    length = max(len(item.numbers) for item in items)
    numbers = torch.zeros(len(items), length, dtype=torch.int64)
    for row, item in zip(numbers, items, strict=True):
        row[: len(item.numbers)] = torch.tensor(item.numbers)
    labels: dict[str, Labels] = {}
    for name, task in tasks.items():
        found = [(i, _value(task, item)) for i, item in enumerate(items)]
        present = [(i, value) for i, value in found if value is not None]
        if present:
            value = task.label.collate([value for _, value in present], length)
            labels[name] = Labels(value, torch.tensor([i for i, _ in present]))
    counts: Tensor = torch.tensor([len(item.numbers) for item in items])
    return Batch(numbers, counts, labels, tuple(item.id for item in items))


def _value(task: Task, item: Piece) -> Any | None:
    return task.label.encode(item.fields, LabelContext(len(item.numbers), len(item.numbers), 0.0))


class TextFeed:
    """See the module; fulfils `allears.train.state.Feed`.

    Args:
        sources: (label set, its examples, how often an epoch has each of them).
        spec, tasks, pieces: see their own files.
        batch_size: B.
        max_pieces: longest text.
        noise: None for none.
        seed: of everything random here.
        swap: share of the sentences some of whose values are exchanged (`swap.py`).
    """

    def __init__(
        self, sources: Sequence[tuple[str, Sequence[Example], float]], spec: UnderstandSpec, tasks: Mapping[str, Task],
        pieces: WordPieces, *, batch_size: int, max_pieces: int, noise: Noise | None, seed: int, swap: float = 0.0,
    ) -> None:  # fmt: skip
        self._swap = swap
        self._values = {name: values_of(examples) for name, examples, _ in sources if swap}
        self._sources, self._spec, self._tasks, self._pieces = sources, spec, dict(tasks), pieces
        self._batch_size, self._max_pieces, self._noise, self._seed = batch_size, max_pieces, noise, seed
        self.epoch, self._at = 0, 0
        self.labels_seen: Counter[str] = Counter(dict.fromkeys(tasks, 0))
        self._batches: list[list[Piece]] | None = None

    @property
    def num_batches(self) -> int:
        """Batches an epoch."""
        return -(-sum(round(times * len(examples)) for _, examples, times in self._sources) // self._batch_size)

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        if self._batches is None:
            self._batches = self._epoch(self.epoch)
        batch = collate(self._batches[self._at], self._tasks)
        self._at += 1
        if self._at == len(self._batches):
            self.epoch, self._at, self._batches = self.epoch + 1, 0, None
        self.labels_seen.update({name: labels.present.numel() for name, labels in batch.labels.items()})
        return batch

    def _epoch(self, number: int) -> list[list[Piece]]:
        draw = random.Random(f"{self._seed}-{number}")
        items = []
        for name, examples, times in self._sources:
            whole, part = int(times), times - int(times)
            chosen = [*examples] * whole + draw.sample(list(examples), round(part * len(examples)))
            items += [self._encode(e, name, draw) for e in chosen]
        draw.shuffle(items)
        return _by_length(items, self._batch_size, draw)

    def _encode(self, example: Example, name: str, draw: random.Random) -> Piece:
        if self._swap and draw.random() < self._swap:
            example = swap_values(example, self._values[name], draw)
        return encode(
            example, name, self._spec, self._pieces, max_pieces=self._max_pieces, noise=self._noise, draw=draw
        )

    def state_dict(self) -> dict[str, Any]:
        return {"epoch": self.epoch, "at": self._at, "labels_seen": dict(self.labels_seen)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.epoch, self._at, self._batches = int(state["epoch"]), int(state["at"]), None
        self.labels_seen = Counter(state["labels_seen"])

    def close(self) -> None:
        """There is nothing to close."""


def _by_length(items: list[Piece], batch_size: int, draw: random.Random) -> list[list[Piece]]:
    """Batches of like lengths, in a random order; a batch is sorted within a stretch of 16 of them."""
    stretch = 16 * batch_size
    batches = []
    for start in range(0, len(items), stretch):
        ordered = sorted(items[start : start + stretch], key=lambda item: len(item.numbers))
        batches += [ordered[i : i + batch_size] for i in range(0, len(ordered), batch_size)]
    draw.shuffle(batches)
    return batches


def fixed_batches(items: Sequence[Piece], tasks: Mapping[str, Task], batch_size: int = 64) -> list[Batch]:
    """Every item once, like lengths together, always the same."""
    ordered = sorted(items, key=lambda item: len(item.numbers))
    return [collate(ordered[i : i + batch_size], tasks) for i in range(0, len(ordered), batch_size)]
