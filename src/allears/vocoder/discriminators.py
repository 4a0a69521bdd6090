"""Networks that tell a voice from its copy, by spectra of several windows: what a vocoder learns to please.

In: sound (B, S). Out: for each window, a map of scores and the features that led to it.
Source: UnivNet (Jang et al. 2021), multi-resolution spectrogram discriminators; least squares (Mao et al. 2017) and
feature matching (Larsen et al. 2016), as in HiFi-GAN (Kong et al. 2020):

    discriminator: mean (D(x) - 1)^2 + mean D(y)^2        voice: mean (D(y) - 1)^2 + 2 mean |features of x - of y|

Letters: B clips, S samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from allears.vocoder.losses import WINDOWS
from allears.vocoder.transform import magnitudes

__all__ = ["Discriminators", "Judgement", "discriminator_loss", "pleasing_loss"]

_FEATURES = 2.0  # weight of feature matching, as in HiFi-GAN


class Judgement(NamedTuple):
    """What one discriminator says: scores, and the features below them."""

    scores: Tensor
    features: list[Tensor]


class _OneWindow(nn.Module):
    def __init__(self, fft: int, hop: int, width: int) -> None:
        super().__init__()
        self.fft, self.hop = fft, hop
        shapes = ((1, (3, 9), (1, 1)), (width, (3, 9), (2, 1)), (width, (3, 9), (2, 1)), (width, (3, 3), (2, 2)))
        self.layers = nn.ModuleList(
            nn.utils.parametrizations.weight_norm(
                nn.Conv2d(before, width, kernel, stride, (kernel[0] // 2, kernel[1] // 2))
            )
            for before, kernel, stride in shapes
        )
        self.out = nn.utils.parametrizations.weight_norm(nn.Conv2d(width, 1, 3, padding=1))

    def forward(self, sound: Tensor) -> Judgement:
        x = magnitudes(sound, self.fft, self.hop).log()[:, None]  # (B, 1, F, T)
        features = []
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), 0.1)
            features.append(x)
        return Judgement(self.out(x), features)


class Discriminators(nn.Module):
    """One for each window. `width`: channels of the convolutions."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.each = nn.ModuleList(_OneWindow(fft, hop, width) for fft, hop in WINDOWS)

    def forward(self, sound: Tensor) -> list[Judgement]:
        """(B, S) -> a judgement a window."""
        return [one(sound) for one in self.each]


def discriminator_loss(real: Sequence[Judgement], made: Sequence[Judgement]) -> Tensor:
    """What the discriminators want to be small; judgements of the voice and of the copy, which has no gradient."""
    parts = [(x.scores - 1).square().mean() + y.scores.square().mean() for x, y in zip(real, made, strict=True)]
    return torch.stack(parts).mean()


def pleasing_loss(real: Sequence[Judgement], made: Sequence[Judgement]) -> Tensor:
    """What the vocoder wants to be small."""
    parts = []
    for x, y in zip(real, made, strict=True):
        near = torch.stack([(a.detach() - b).abs().mean() for a, b in zip(x.features, y.features, strict=True)])
        parts.append((y.scores - 1).square().mean() + _FEATURES * near.mean())
    return torch.stack(parts).mean()
