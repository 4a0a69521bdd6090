"""A clip of the manifest, read, augmented and labelled; and several of them as one `Batch`.

In: clips and tasks. Out: `Item`s and `Batch`es. A label that a clip does not carry is absent from both.

Letters: B clips, S samples, P clips that carry a label.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.batch import Batch, Labels
from allears.data.augment import Augmented, Augmenter
from allears.data.inputs import Input
from allears.data.inputs.audio import AudioInput
from allears.data.manifest import Clip
from allears.data.sampler import Draw
from allears.tasks.base import Label, LabelContext, Task

__all__ = ["ClipDataset", "Item", "UnreadableClipError", "collate"]


class UnreadableClipError(ValueError):
    """A clip whose audio cannot be read; the message names it."""


@dataclass(frozen=True, eq=False)
class Item:
    """One clip, ready for a batch.

    Attributes:
        id: of the clip.
        audio: (S,) float32, or what else the encoder reads: (S, columns) int64.
        num_frames: encoder frames, tail included.
        labels: task name -> target; only the labels the clip carries.
    """

    id: str
    audio: np.ndarray
    num_frames: int
    labels: Mapping[str, Any]


class ClipDataset:
    """Clips by draw. Reading one changes nothing here: any thread may read any clip at any time.

    Args:
        clips: what to read from.
        tasks: task name -> task, whose labels are made.
        num_frames: samples (B,) -> encoder frames (B,), the encoder's own.
        frame_shift_s: seconds from one encoder frame to the next.
        augmenter: None for none.
        reader: what makes of a clip what the encoder reads; its sound, bent by `augmenter`, if None.
        seed: with a draw's epoch and position, the seed of a clip's augmentation.
    """

    def __init__(
        self,
        clips: Sequence[Clip],
        tasks: Mapping[str, Task],
        *,
        num_frames: Callable[[Tensor], Tensor],
        frame_shift_s: float,
        augmenter: Augmenter | None = None,
        reader: Input | None = None,
        seed: int = 0,
    ) -> None:
        self.clips, self.tasks, self.augmenter, self.seed = clips, dict(tasks), augmenter, seed
        self.reader: Input = AudioInput(augmenter) if reader is None else reader
        self._num_frames, self._frame_shift_s = num_frames, frame_shift_s

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def labels(self) -> dict[str, Label]:
        """Task name -> its label."""
        return {name: task.label for name, task in self.tasks.items()}

    def __getitem__(self, draw: Draw | int) -> Item:
        """The item of a draw; a plain index is the draw of that index in epoch 0.

        Raises:
            UnreadableClipError: the audio cannot be read, or there is none in it.
        """
        index, epoch, position = draw if isinstance(draw, Draw) else (draw, 0, draw)
        clip = self.clips[index]
        heard = self._hear(clip, epoch, position)
        frames = int(self._num_frames(torch.tensor([len(heard.audio)]))[0])
        context = LabelContext(
            num_samples=len(heard.audio),
            num_frames=frames,
            frame_shift_s=self._frame_shift_s,
            clean=heard.clean,
            time_scale=heard.time_scale,
            speed=heard.speed,
            offset_s=heard.offset_s,
            audio=heard.audio,
            hidden=heard.hidden,
        )
        targets = {name: task.label.encode(clip.labels, context) for name, task in self.tasks.items()}
        present = {name: target for name, target in targets.items() if target is not None}
        return Item(clip.id, heard.audio, frames, present)

    def _hear(self, clip: Clip, epoch: int, position: int) -> Augmented:
        try:
            heard = self.reader.read(clip, (self.seed, epoch, position))
        except (OSError, RuntimeError, ValueError) as error:  # soundfile's errors are RuntimeErrors
            raise UnreadableClipError(
                f"cannot read clip {clip.id!r} ({clip.audio}): {error}; `allears data check` lists all such clips"
            ) from error
        if not len(heard.audio):
            raise UnreadableClipError(f"clip {clip.id!r} ({clip.audio}) holds no samples: take it out of the manifest")
        return heard


def collate(items: Sequence[Item], labels: Mapping[str, Label]) -> Batch:
    """Items -> one batch; a task that no item is labelled for has no key in `Batch.labels`.

    Args:
        items: at least one.
        labels: task name -> what puts its targets together.
    """
    lengths = [len(item.audio) for item in items]
    reads = [_as_read(item.audio) for item in items]
    audio = torch.zeros(len(items), max(lengths), *reads[0].shape[1:], dtype=reads[0].dtype)
    for row, read in zip(audio, reads, strict=True):
        row[: len(read)] = read
    max_frames = max(item.num_frames for item in items)
    found: dict[str, Labels] = {}
    for name, label in labels.items():
        rows = [i for i, item in enumerate(items) if name in item.labels]
        if rows:
            value = label.collate([items[i].labels[name] for i in rows], max_frames)
            found[name] = Labels(value, torch.tensor(rows))
    return Batch(audio, torch.tensor(lengths), found, tuple(item.id for item in items))


def _as_read(audio: np.ndarray) -> Tensor:
    """Sound as float32; ids stay whole numbers."""
    kind = np.int64 if np.issubdtype(audio.dtype, np.integer) else np.float32
    return torch.from_numpy(np.ascontiguousarray(audio, dtype=kind))
