"""What a sentence sounds like, frame by frame: log-mel bands, pitch, voicing, every 12.5 ms.

Manifest: `teacher`, with the sound. Loss: absolute error of log-mel (of frames and of phones), of pitch where the
voice sounds, and cross-entropy of voicing. Durations and prosody are the teacher's while training.
Source: FastSpeech 2 (Ren et al. 2021); the head is `mel_head.py`.

Letters: B clips, N phones, T frames, M mel bands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from allears.parts.mel_head import MelHead
from allears.parts.padding import frame_mask
from allears.parts.phone_labels import PhoneError, PhoneTarget, check_counts, mean_over_phones
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.duration import EXAMPLE as _SAID
from allears.tasks.example import Example
from allears.teacher_prosody import MEL, PITCH, fit_frames, phone_prosody, read_prosody
from allears.voice_frames import HOP, NUM_MELS, level, log_mel

__all__ = ["EXAMPLE", "spectrum"]

_SLACK_FRAMES = 4  # that sound and durations may differ by
_COARSE, _PITCH, _VOICING = 0.25, 0.5, 0.2  # weights beside the frames' log-mel
_DB = 20 / float(np.log(10)) * MEL.std  # in a standard deviation


@dataclass(frozen=True)
class _One:
    durations: np.ndarray  # (N,)
    phones: np.ndarray  # (N, 3 + M): prosody, mean log-mel
    frames: np.ndarray  # (T, M + 2): log-mel, pitch, voiced


@dataclass(frozen=True)
class SpectrumTarget:
    """Targets of B clips.

    Attributes:
        durations: (B, N) int64 frames, 0 past a clip's phones.
        prosody: (B, N, 3).
        phones: mean log-mel of each phone.
        frames: (B, T, M + 2): log-mel, pitch, whether it is voiced.
    """

    durations: Tensor
    prosody: Tensor
    phones: PhoneTarget
    frames: Tensor


class _SpectrumLabel:
    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> _One | None:
        if "teacher" not in fields:
            return None
        if context.clean is None or len(context.clean) < HOP:
            raise ValueError("a row with `teacher` needs its sound, of 12.5 ms at least: see data.input")
        said = read_prosody(str(fields["teacher"]))
        mel, count = log_mel(context.clean), len(said.f0)
        if abs(len(mel) - count) > _SLACK_FRAMES:
            raise ValueError(
                f"{fields['teacher']}: durations make {count} frames, the sound has {len(mel)}: align again"
            )
        mel = (fit_frames(mel, count) - MEL.mean) / MEL.std
        voiced = said.f0 > 0
        pitch = np.where(voiced, (np.log(np.where(voiced, said.f0, 1.0)) - PITCH.mean) / PITCH.std, 0.0)
        frames = np.concatenate([mel, pitch[:, None], voiced[:, None]], axis=1)
        starts = np.cumsum(said.durations) - said.durations
        means = np.add.reduceat(mel, starts, axis=0) / said.durations[:, None]
        phones = np.concatenate([phone_prosody(said, level(context.clean)), means], axis=1)
        return _One(said.durations, phones.astype(np.float32), frames.astype(np.float32))

    def collate(self, values: Sequence[_One], max_frames: int) -> SpectrumTarget:
        counts = torch.tensor([len(one.durations) for one in values])
        width = max(max_frames, int(counts.max()))
        phones = _stack([one.phones for one in values], width)
        durations = _stack([one.durations[:, None] for one in values], width)[..., 0]
        frames = _stack([one.frames for one in values], max(len(one.frames) for one in values))
        return SpectrumTarget(durations.long(), phones[..., :3], PhoneTarget(phones[..., 3:], counts), frames)


def _stack(rows: Sequence[np.ndarray], length: int) -> Tensor:
    """(n, C) each -> (B, length, C) float32, zero past the end."""
    out = torch.zeros(len(rows), length, rows[0].shape[1])
    for into, row in zip(out, rows, strict=True):
        into[: len(row)] = torch.from_numpy(row)
    return out


def _loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: SpectrumTarget) -> Tensor:
    check_counts(target.phones.counts, num_frames)
    net, width = cast(MelHead, head), features.shape[1]
    durations, prosody = target.durations[:, :width], target.prosody[:, :width]
    counts = durations.sum(1)
    at = torch.arange(target.frames.shape[1], device=features.device)
    said = net.frames(features, prosody, durations, at, counts).float()
    coarse = (net(features, num_frames).float() - target.phones.values[:, :width]).abs().mean(-1)
    return _frame_loss(said, target.frames, counts) + _COARSE * mean_over_phones(coarse, target.phones.counts)


def _frame_loss(said: Tensor, wanted: Tensor, counts: Tensor) -> Tensor:
    """(B, T, M + 2) twice -> (B,)"""
    mask = frame_mask(wanted.shape[1], counts).float()
    voiced = wanted[..., -1] * mask
    mel = (said[..., :NUM_MELS] - wanted[..., :NUM_MELS]).abs().mean(-1)
    wrong = nn.functional.binary_cross_entropy_with_logits(said[..., -1], wanted[..., -1], reduction="none")
    pitch = ((said[..., -2] - wanted[..., -2]).abs() * voiced).sum(1) / voiced.sum(1).clamp(min=1)
    total = mask.sum(1).clamp(min=1)
    return ((mel + _VOICING * wrong) * mask).sum(1) / total + _PITCH * pitch


class _PhoneSpectrumError:
    """Mean error of the phones' mean spectra, dB."""

    name, higher_is_better = "phone_error_db", False

    def __init__(self) -> None:
        self._error = PhoneError(self.name, lambda said, wanted: _DB * (said - wanted).abs().mean(-1))

    def update(self, output: Tensor, target: SpectrumTarget, num_frames: Tensor) -> None:
        self._error.update(output, target.phones, num_frames)

    def compute(self) -> float | None:
        return self._error.compute()


@TASKS.register
def spectrum(
    *,
    name: str = "spectrum",
    width: int = 192,
    depth: int = 4,
    num_heads: int = 4,
    kernel: int = 9,
    dropout: float = 0.1,
) -> Task:
    """Frames of 12.5 ms: 80 log-mel bands, pitch, voicing. See `mel_head.MelHead` for the options."""
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "none"}),
        label=_SpectrumLabel(),
        head=lambda dim: MelHead(dim, width, depth, num_heads, kernel, dropout),
        loss_per_clip=_loss,
        metrics=lambda: (_PhoneSpectrumError(),),
        reads="last",
        is_exported=False,
    )


EXAMPLE = Example({"width": 8, "depth": 1, "num_heads": 2, "kernel": 3}, _SAID.clips, _SAID.write)
