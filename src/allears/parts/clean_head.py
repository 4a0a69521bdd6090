"""The head that hears what the encoder hears and the sound itself: what to keep of each frequency.

In: features (B, T, D) and the samples they were heard in. Out: logits (B, T, 2 F), those of a frame's two halves of
10 ms one after another. The encoder's frames say what is voice; they are too coarse to say where each harmonic lies, so
the spectrum of the samples stands beside them.

Letters: B clips, S samples, T encoder frames, D width of the features, M = 2 T spectrum frames, F frequencies, H hidden
width.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from allears.parts.heads import frame_mask
from allears.parts.spectrum import Spectrum
from allears.stft import HOP, NUM_BINS

__all__ = ["CleanHead", "run_head"]

FRAME_SAMPLES = 2 * HOP  # samples of an encoder frame
_QUIET = 0.01  # added to a magnitude before the log; white noise as loud as the clip has 14
_START = 1.0  # logit of the mask before training: most is kept
_DILATIONS = (1, 2, 4, 8)  # frames; with a kernel of 5 the head itself sees 0.6 s to both sides
_KERNEL = 5


class CleanHead(nn.Module):
    """Logits of a mask, (B, T, 2 F), from features (B, T, D) and samples (B, S).

    A clip's loudness changes nothing: its spectrum is taken at the level of the whole clip.
    """

    needs_audio = True

    def __init__(self, dim: int, *, hidden: int = 192) -> None:
        super().__init__()
        self.spectrum = Spectrum()
        self.heard, self.understood = nn.Linear(2 * NUM_BINS, hidden), nn.Linear(dim, hidden)
        self.blocks = nn.ModuleList(_Block(hidden, dilation) for dilation in _DILATIONS)
        self.norm = nn.LayerNorm(hidden)
        self.out = nn.Linear(hidden, 2 * NUM_BINS)
        nn.init.constant_(self.out.bias, _START)

    def forward(self, features: Tensor, num_frames: Tensor, audio: Tensor) -> Tensor:
        num_samples = (num_frames * FRAME_SAMPLES)[:, None].to(audio.dtype)
        rms = (audio.square().sum(1, keepdim=True) / num_samples).sqrt().clamp(min=1e-7)
        magnitude = self.spectrum.magnitude(audio / rms, 2 * features.shape[1])
        heard = ((magnitude + _QUIET).log() / 2).reshape(features.shape[0], -1, 2 * NUM_BINS)
        mask = frame_mask(num_frames, features.shape[1])[:, :, None]
        x = self.heard(heard) + self.understood(features)
        for block in self.blocks:
            x = block(x, mask)
        return cast(Tensor, self.out(self.norm(x)))


class _Block(nn.Module):
    """x + a look along time: two projections with a depthwise convolution between them, (B, T, H) -> (B, T, H).

    Source: Luo and Mesgarani 2019, "Conv-TasNet", figure 1C. Ours differs: layer norm before, GELU, no skip output.
    """

    def __init__(self, hidden: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(hidden)
        self.first, self.second = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.along = nn.Conv1d(
            hidden, hidden, _KERNEL, dilation=dilation, padding=dilation * (_KERNEL // 2), groups=hidden
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        h = nn.functional.gelu(self.first(self.norm(x))) * mask
        h = nn.functional.gelu(self.along(h.transpose(1, 2)).transpose(1, 2))
        return x + cast(Tensor, self.second(h))


def run_head(head: nn.Module, features: Tensor, num_frames: Tensor, audio: Tensor) -> Tensor:
    """What any head makes of features (B, T, D); one that `needs_audio` is given the samples (B, S) too."""
    if getattr(head, "needs_audio", False):
        return cast(Tensor, head(features, num_frames, audio))
    return cast(Tensor, head(features, num_frames))
