"""From phones to frames: what turns features of phones, with their prosody, into a spectrum and a pitch curve.

In: features (B, N, D) of phones, prosody (B, N, 3), durations (B, N). Out: frames (B, T, M + 2): log-mel, pitch,
voicing. Source: length regulator and decoder of FastSpeech 2 (Ren et al. 2021). Ours differs: Conformer blocks; a frame
knows where in its phone it is; log-mel is said relative to a mean spectrum of the phone, pitch to the phone's pitch.

Letters: B clips, N phones, T frames, D width of the features, W width of the decoder, M mel bands.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from allears.parts.conformer_block import ConformerBlock, rotary
from allears.parts.padding import frame_mask, keep
from allears.voice_frames import NUM_MELS

__all__ = ["MelHead", "Owners", "owners"]

_PROSODY = 3  # pitch, voiced, level: `teacher_prosody.phone_prosody`


@dataclass(frozen=True)
class Owners:
    """Whose frames these are.

    Attributes:
        phone: (B, T) int64, the phone of each frame; the last one past a clip's end.
        place: (B, T, 2) float32: how much of the phone is over (0 to 1), ln of its frames.
    """

    phone: Tensor
    place: Tensor

    def spread(self, x: Tensor) -> Tensor:
        """(B, N, C) -> (B, T, C)"""
        return x.gather(1, self.phone[:, :, None].expand(-1, -1, x.shape[2]))


def owners(durations: Tensor, frames: Tensor) -> Owners:
    """durations (B, N) int64, 0 for padding, and the numbers (T,) of the frames -> whose they are."""
    ends = durations.cumsum(1)
    phone = (frames[None, :, None] >= ends[:, None, :]).sum(-1).clamp(max=durations.shape[1] - 1)
    length = durations.gather(1, phone).clamp(min=1).float()
    since = frames[None, :] - (ends - durations).gather(1, phone)
    return Owners(phone, torch.stack([(since.float() + 0.5) / length, length.log()], dim=-1))


class MelHead(nn.Module):
    """See the module. Called as a head, it gives the mean spectrum (B, N, M) of each phone.

    Args:
        dim: D.
        width: W; its share a head must be even.
        depth: blocks.
        num_heads: heads of their attention.
        kernel: frames that a block's convolution spans, odd.
        dropout: share dropped in training.
    """

    def __init__(self, dim: int, width: int, depth: int, num_heads: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.num_heads, self.width = num_heads, width
        self.read, self.prosody, self.place = nn.Linear(dim, width), nn.Linear(_PROSODY, width), nn.Linear(2, width)
        self.coarse = nn.Linear(width, NUM_MELS)
        self.blocks = nn.ModuleList(ConformerBlock(width, num_heads, kernel, dropout) for _ in range(depth))
        self.out = nn.Linear(width, NUM_MELS + 2)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        """The phones' mean log-mel (B, N, M), in standard deviations."""
        mean: Tensor = self.coarse(self.read(features))
        return mean

    def frames(
        self, features: Tensor, prosody: Tensor, durations: Tensor, frames: Tensor, counts: Tensor | None
    ) -> Tensor:
        """Log-mel, pitch (both in standard deviations) and the logit of voicing, (B, T, M + 2).

        Args:
            features: (B, N, D).
            prosody: (B, N, 3) of each phone.
            durations: (B, N) frames of each phone, 0 for padding.
            frames: (T,) 0, 1, 2, ...
            counts: (B,) frames of each clip; None if all have T.
        """
        own = owners(durations, frames)
        read = self.read(features)
        x = keep(own.spread(read + self.prosody(prosody)) + self.place(own.place), counts)
        angles = rotary(frames.shape[0], self.width // self.num_heads, x.device)
        mask = None if counts is None else frame_mask(x.shape[1], counts)[:, None, None, :]
        for block in self.blocks:
            x = block(x, angles, mask, counts)
        base = torch.cat([self.coarse(read), prosody[..., :1], torch.zeros_like(prosody[..., :1])], dim=-1)
        said: Tensor = self.out(x) + own.spread(base)
        return said
