"""Where embeddings come from: a mark of all that they depend on in a model, and of nothing else.

In: a model folder and one of its tasks. Out: an `Origin`, to be kept beside embeddings, and whether the model at hand
would make the same ones.

An embedding depends on two networks, the encoder and the head of the task. Name, version, thresholds and other tasks
are in the encoder's metadata or in other files, and change nothing. So the mark is a digest of the two graphs (weights
and operations) without metadata. It takes 0.1 to 0.2 s for 30 MB on a slow core, so it is found once, and only where
needed: for something new, and where the files' own sums, which `SHA256SUMS` states for nothing, are others. A mark in
the spec, written at export, would be free, but wrong as soon as a tool changes a network and not the mark; and the
models that are out there have none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from allears.runtime.adapters import Adapters
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.runtime.onnx_file import graph_digest

__all__ = ["Origin", "OriginOf"]


@dataclass(frozen=True)
class Origin:
    """Attributes: `model`: its name and version; `files`, `graphs`: digests, empty where they are not known."""

    model: str
    files: str = ""
    graphs: str = ""


class OriginOf:
    """The origin of one task's embeddings.

    Args:
        folder: of the model.
        task: whose embeddings they are; it is looked for when it is needed.
        worn: adapters; one that changes the encoder or the head changes the embeddings.
    """

    def __init__(self, folder: ModelFolder, task: str, *, worn: Adapters | None = None) -> None:
        self._folder, self._task, self._worn = folder, task, worn

    @property
    def origin(self) -> Origin:
        """To be kept beside new embeddings.

        Raises:
            ModelError: a file is missing or damaged.
        """
        return Origin(self._model, self._sums, self._graphs)

    def is_same(self, kept: Origin) -> bool:
        """Whether the model makes the embeddings that something was kept of.

        What was kept before there were digests is known by name and version alone.

        Raises:
            ModelError: a file is missing or damaged.
        """
        if not kept.graphs:
            return kept.model == self._model
        return (kept.files != "" and kept.files == self._sums) or kept.graphs == self._graphs

    @property
    def _model(self) -> str:
        return f"{self._folder.spec.name} {self._folder.spec.version}"

    @cached_property
    def _files(self) -> tuple[str, ...]:
        head = self._folder.spec.task(self._task).file
        return (ENCODER, head) if head else (ENCODER,)

    @cached_property
    def _sums(self) -> str:
        """Of the files as `SHA256SUMS` has them; empty if it lacks one."""
        sums = [self._folder.sums.get(name, "") for name in self._files]
        return _digest([*sums, *self._mark]) if all(sums) else ""

    @cached_property
    def _graphs(self) -> str:
        return _digest([*(graph_digest(self._folder.path / name) for name in self._files), *self._mark])

    @property
    def _mark(self) -> tuple[str, ...]:
        """Of the adapters; nothing if none changes the files."""
        mark = "" if self._worn is None else self._worn.mark(self._files)
        return (mark,) if mark else ()


def _digest(parts: list[str]) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
