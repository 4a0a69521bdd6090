"""The text encoder: word pieces -> frames, as an audio encoder gives them; sharing, heads and loop are the same.

In: piece numbers (B, T) and how many of them are real. Out: `Hidden`, a frame a piece. The network is that of
`parts/bert.py`; here is what makes an `Encoder` of it.

Letters: L layers, B sentences, T pieces, D width, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from allears.encoders.base import Hidden, Stages
from allears.parts import bert

__all__ = ["TextEncoder", "load_bert"]


class TextEncoder(bert.Bert):
    """See the module; fulfils the contract of `encoders/base.py` with pieces for samples.

    Attributes:
        dim, num_layers: D, L.
        frame_shift_s, tail_s: 0: a text has no time.
    """

    frame_shift_s, tail_s = 0.0, 0.0

    def num_frames(self, num_samples: Tensor) -> Tensor:
        return num_samples

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """`audio`: piece numbers (B, T) int64; `num_samples`: (B,) real ones."""
        counts = torch.full((len(audio),), audio.shape[1], device=audio.device) if num_samples is None else num_samples
        return Hidden(self.read(self.pieces(audio), counts)[None], counts)

    def stages(self) -> Stages:
        return Stages((self.pieces,), (self.norm,), tuple(self.layers))


def load_bert(
    folder: Path, vocabulary: Sequence[str], *, num_layers: int | None = None, max_pieces: int = 128
) -> TextEncoder:
    """A text encoder with the weights of a BERT folder; see `parts/bert.py`.

    Raises:
        ValueError: a file is missing, or is of another network, or a piece is not in its vocabulary.
    """
    return bert.load_bert(folder, vocabulary, make=TextEncoder, num_layers=num_layers, max_pieces=max_pieces)
