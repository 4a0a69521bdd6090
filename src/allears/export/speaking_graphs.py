"""The speaking model cut into graphs of plain tensor operations, one sentence a run.

phones to prosody:  phones (1, P), voice, dialect, speed, pitch
                    -> features (1, P, D), prosody (1, P, 3), durations (1, P)
prosody to frames:  those, and the numbers (T,) of the frames -> mel (1, T, M), f0 (1, T)
letters to phones:  letters (1, N), dialect -> logits (1, N K, C)

The two first become one file: only between them is it known how many frames there are (`speaking.py`).

Letters: P phones, T frames, D width, M mel bands, N letters, K slots a letter, C phones of the alphabet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from allears.encoders.base import Encoder
from allears.model import MultiTaskModel
from allears.parts.mel_head import MelHead
from allears.sharing.base import Sharing
from allears.teacher_prosody import MEL, PITCH
from allears.voice_frames import NUM_MELS

__all__ = ["FramesGraph", "LettersGraph", "ProsodyGraph"]

_SEMITONE = 0.05776227  # ln 2 / 12


class _Reader(nn.Module):
    """Items, voice and dialect -> the named tasks' features."""

    def __init__(self, model: MultiTaskModel) -> None:
        super().__init__()
        self.encoder, self.sharing = model.encoder, model.sharing

    def features(self, items: Tensor, voice: Tensor, dialect: Tensor, tasks: Sequence[str]) -> Mapping[str, Tensor]:
        """items (1, P), ids (1,) of voice and dialect, from 0 (below: not known) -> (1, P, D) a task."""
        columns = [items, (voice + 1)[:, None].expand_as(items), (dialect + 1)[:, None].expand_as(items)]
        hidden = cast(Encoder, self.encoder)(torch.stack(columns, dim=-1))
        return cast(Sharing, self.sharing)(hidden, tasks)


class ProsodyGraph(_Reader):
    """See the module. `tasks`: names of the tasks duration, pitch, energy and spectrum in the model, by kind."""

    def __init__(self, model: MultiTaskModel, tasks: Mapping[str, str]) -> None:
        super().__init__(model)
        self.tasks = dict(tasks)
        self.heads = nn.ModuleDict({kind: model.heads[tasks[kind]] for kind in ("duration", "pitch", "energy")})

    def forward(
        self, phones: Tensor, voice: Tensor, dialect: Tensor, speed: Tensor, pitch: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """speed (1,): 2 is twice as fast; pitch (1,): semitones above one's own."""
        features = self.features(phones, voice, dialect, list(self.tasks.values()))
        count = torch.full((1,), phones.shape[1], dtype=torch.int64)
        said = {kind: head(features[self.tasks[kind]], count) for kind, head in self.heads.items()}
        durations = (said["duration"][..., 0].exp() / speed[:, None]).round().clamp(min=1.0).to(torch.int64)
        voiced = (said["pitch"][..., 1:] > 0).to(features[self.tasks["pitch"]].dtype)
        height = (said["pitch"][..., :1] + pitch[:, None, None] * (_SEMITONE / PITCH.std)) * voiced
        prosody = torch.cat([height, voiced, said["energy"]], dim=-1)
        return features[self.tasks["spectrum"]], prosody, durations


class FramesGraph(nn.Module):
    """See the module."""

    def __init__(self, head: MelHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, features: Tensor, prosody: Tensor, durations: Tensor, frames: Tensor) -> tuple[Tensor, Tensor]:
        said = self.head.frames(features, prosody, durations, frames, None)
        mel = said[..., :NUM_MELS] * MEL.std + MEL.mean
        f0 = (said[..., NUM_MELS] * PITCH.std + PITCH.mean).exp()
        return mel, f0 * (said[..., NUM_MELS + 1] > 0).to(f0.dtype)


class LettersGraph(_Reader):
    """See the module.

    Args:
        model: with the task.
        task: its name.
        first: id of the item before letter 1: letters come after phones among the encoder's items.
        num_units: C.
    """

    def __init__(self, model: MultiTaskModel, task: str, first: int, num_units: int) -> None:
        super().__init__(model)
        self.task, self.first, self.num_units = task, first, num_units
        self.head = model.heads[task]

    def forward(self, letters: Tensor, dialect: Tensor) -> Tensor:
        nobody = torch.full_like(dialect, -1)
        features = self.features(letters + self.first, nobody, dialect, [self.task])[self.task]
        count = torch.full((1,), letters.shape[1], dtype=torch.int64)
        logits = self.head(features, count)
        return cast(Tensor, logits.unflatten(2, (-1, self.num_units)).flatten(1, 2))
