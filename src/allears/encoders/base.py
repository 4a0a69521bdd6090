"""What every encoder gives: the frames of all its layers, and how many of them are real.

Letters: L layers, B clips, T frames, D width, S samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

__all__ = ["Encoder", "HasStages", "HasUpperLayers", "Hidden", "ReadsItems", "Stages", "some_input"]

SAMPLE_RATE = 16_000  # Hz


@dataclass(frozen=True)
class Hidden:
    """Frames of one pass.

    Attributes:
        layers: (L, B, T, D), lowest layer first; the last one is the encoder's output.
        num_frames: (B,) real frames of each clip; None when every clip fills the batch.
    """

    layers: Tensor
    num_frames: Tensor | None

    def mask(self) -> Tensor:
        """(B, T), true where a frame belongs to the clip."""
        _, batch, frames, _ = self.layers.shape
        index = torch.arange(frames, device=self.layers.device)[None, :]
        if self.num_frames is None:
            return torch.ones(batch, frames, dtype=torch.bool, device=self.layers.device)
        return index < self.num_frames[:, None]


class Encoder(Protocol):
    """The contract of the `encoders` plug-in folder; an encoder is also an `nn.Module`.

    Attributes:
        dim: D.
        num_layers: L.
        frame_shift_s: seconds from one frame to the next.
        tail_s: silence the encoder itself puts after a clip, seconds (0 if none).
    """

    dim: int
    num_layers: int
    frame_shift_s: float
    tail_s: float

    def num_frames(self, num_samples: Tensor) -> Tensor: ...

    def __call__(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden: ...


@dataclass(frozen=True)
class Stages:
    """The modules of an encoder from the audio upwards: what freezing takes from the bottom.

    Attributes:
        conv: the front convolutions.
        between: what lies between them and the first layer.
        layers: lowest first.
    """

    conv: tuple[nn.Module, ...]
    between: tuple[nn.Module, ...]
    layers: tuple[nn.Module, ...]


@runtime_checkable
class HasStages(Protocol):
    """An encoder that says which its stages are; others name them `conv...` and `layers`."""

    def stages(self) -> Stages: ...


@runtime_checkable
class HasUpperLayers(Protocol):
    """An encoder whose last layers can be copied: `AttentionLayer`s."""

    def upper_layers(self, at: int) -> dict[str, Tensor]:
        """State of the layers above `Hidden.layers[at]`, `layers.0...` first, and of the norm behind them."""
        ...


@runtime_checkable
class ReadsItems(Protocol):
    """An encoder that reads something else than sound; it says what a clip of it looks like."""

    def example(self, num_clips: int, seconds: float) -> Tensor:
        """(B, S, ...) at random, of as many items as there may be in so many seconds."""
        ...


def some_input(encoder: object, num_clips: int, seconds: float, device: torch.device | str = "cpu") -> Tensor:
    """Something for an encoder to read, (B, S, ...): a little noise, unless it reads something else."""
    if isinstance(encoder, ReadsItems):
        return encoder.example(num_clips, seconds).to(device)
    return 0.1 * torch.randn(num_clips, round(seconds * SAMPLE_RATE), device=device)
