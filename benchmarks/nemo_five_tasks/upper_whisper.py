"""The upper half of Whisper's encoder, fed with what its frozen lower half made of each clip once.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: `Hidden`: the frozen half's output, pooled, and
the output of each upper layer. The frozen half runs once a clip, without padding, and its frames are kept on disk in
16 bit (`FrameCache`): an epoch costs the upper half alone. `pool` neighbouring frames are averaged into one, which
halves the time at 2 (40 ms a frame); Whisper never heard that, the upper half is trained to.

Letters: B clips, S samples, T frames, D width, L layers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from allears.audio import SAMPLE_RATE
from allears.encoders import ENCODERS
from allears.encoders.base import Hidden
from allears.encoders.frame_cache import FrameCache
from allears.encoders.whisper import SAMPLES_PER_FRAME, WhisperEncoder

__all__ = ["UpperWhisper", "upper_whisper"]


class UpperWhisper(nn.Module):
    """See the module. Only what trains is a part of the module, so that checkpoints hold nothing else.

    Args:
        folder: a Hugging Face Whisper folder.
        cache: folder of the kept frames.
        lower: layers of the frozen half.
        pool: frames of 20 ms averaged into one.

    Raises:
        ValueError: no layer is left to train, or `pool` is below 1.
    """

    tail_s = 0.0

    def __init__(self, folder: str | Path, cache: str | Path, lower: int = 3, pool: int = 2) -> None:
        super().__init__()
        whole = WhisperEncoder.from_pretrained(folder, tail_s=0.0)
        depth = len(whole.layers)
        if not 0 <= lower < depth or pool < 1:
            raise ValueError(f"lower is {lower} and pool {pool}: give 0 to {depth - 1} layers, and 1 or more frames")
        self.layers, self.layer_norm = whole.layers[lower:], whole.layer_norm
        whole.layers, whole.layer_norm = whole.layers[:lower], nn.Identity()  # its last layer is now the frozen output
        self._frozen = (whole.eval().requires_grad_(False),)  # in a tuple: no part of this module
        self._cache = FrameCache(Path(cache) / f"lower-{lower}-pool-{pool}", Path(folder) / "model.safetensors")
        self.pool, self.dim, self.num_layers = pool, whole.dim, depth - lower + 1
        self.samples_per_frame = pool * SAMPLES_PER_FRAME
        self.frame_shift_s = self.samples_per_frame / SAMPLE_RATE

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Frames of clips of `num_samples` samples, (B,) -> (B,)."""
        return (num_samples + self.samples_per_frame - 1) // self.samples_per_frame

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        counts = [audio.shape[1]] * len(audio) if num_samples is None else num_samples.tolist()
        clips = audio.detach().cpu().numpy()
        rows = [self._cache.get(clip[:count], self.lower_half) for clip, count in zip(clips, counts, strict=True)]
        frames = torch.tensor([len(row) for row in rows], device=audio.device)
        x = nn.utils.rnn.pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True).to(audio.device)
        mask = (torch.arange(x.shape[1], device=x.device)[None, :] < frames[:, None])[:, None, None, :]
        stack = [x]
        for layer in self.layers:
            stack.append(layer(stack[-1], mask))
        stack[-1] = self.layer_norm(stack[-1])
        return Hidden(torch.stack(stack), frames)

    @torch.no_grad()
    def lower_half(self, clip: np.ndarray) -> np.ndarray:
        """What is kept of a clip: (S,) -> (T, D)."""
        x = self._frozen[0](torch.from_numpy(np.ascontiguousarray(clip))[None]).layers[-1][0]
        whole, rest = len(x) // self.pool * self.pool, len(x) % self.pool
        pooled = x[:whole].unflatten(0, (-1, self.pool)).mean(1)
        return torch.cat([pooled, x[whole:].mean(0, keepdim=True)] if rest else [pooled]).numpy()


@ENCODERS.register
def upper_whisper(*, pretrained: str, cache: str, lower: int = 3, pool: int = 2) -> UpperWhisper:
    """Whisper with a frozen lower half whose frames are kept in the folder `cache`."""
    return UpperWhisper(pretrained, cache, lower, pool)
