"""A head that understands what it hears, beside a reader that understands the words: one classifier for both.

    sound:  features -> body -> two states a frame --one pooled--> one state --\
                                  | the other                                   >-- intents
    words:  pieces -> small BERT -> states a piece --mean----------> one state --/
                                  |
    units:  letters and tags around values, of frames; `<city>` scores `B-city` of words, too

A frame has two states, since CTC first learns to say nothing, which makes all frames alike. The clip's state also sees
mean and spread of the features themselves, which CTC cannot spoil: without them 0.94 of 1.10 nats of the intent (one of
three) were left after 210 steps on 132 clips, with them 0.04 after 160.
States are as wide as the reader's, and intents and tags have one vector each for both: what sentences teach, the sound
can use. Only the sound is exported with the head; `understand/learn/joint.py` writes the reader.
Source: the idea of one space for text and speech is that of Agrawal et al. 2022, "Tie your embeddings down". Ours
differs: the classifiers are tied, and values too, by their tags.

Letters: B clips, T frames, D width of the features, W width of the states, U units, I intents, K slots, R texts, N
pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from allears.parts.bert import Bert
from allears.parts.heads import AttentivePooling, FrameHead, RecurrentHead, frame_mask

__all__ = ["Heard", "Read", "UnderstandingHead"]


class Heard(NamedTuple):
    """Of clips: `units` (B, T, U), `intents` (B, I), `state` (B, W)."""

    units: Tensor
    intents: Tensor
    state: Tensor


class Read(NamedTuple):
    """Of texts: `tags` (R, N, 1 + 2 K), `intents` (R, I), `state` (R, W)."""

    tags: Tensor
    intents: Tensor
    state: Tensor


class UnderstandingHead(nn.Module):
    """See the module.

    Args:
        dim: D.
        reader: W wide.
        num_units: U, without tags.
        num_intents: I.
        opening: numbers of the units that open a value, K of them, in order of the slots.
        body: `lstm`: two bidirectional LSTMs; `conv`: convolutions, quicker and worse.
        hidden: width of the convolutions, or of the LSTMs in each direction.
        unknown: number of the piece for what is no word.
        forget: share of the pieces that training puts that one in the place of.
    """

    def __init__(
        self, dim: int, reader: Bert, num_units: int, num_intents: int, opening: Sequence[int], *,
        body: Literal["conv", "lstm"] = "lstm", hidden: int = 192, unknown: int = 0, forget: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.reader, self._opening, self._unknown, self._forget = reader, list(opening), unknown, forget
        make = RecurrentHead if body == "lstm" else FrameHead
        self.body: nn.Module = make(dim, 2 * reader.dim, hidden=hidden)
        self.pool, self.join = AttentivePooling(reader.dim), nn.Linear(2 * reader.dim + 2 * dim, reader.dim)
        self.norm_frame, self.norm_clip = nn.LayerNorm(reader.dim), nn.LayerNorm(reader.dim)
        self.dropout = nn.Dropout(0.1)
        self.units, self.intents = nn.Linear(reader.dim, num_units), nn.Linear(reader.dim, num_intents)
        self.inside = nn.Linear(reader.dim, 1 + len(opening))  # `O` and each `I-`, which only words have

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        """(B, T, U + I): the logits of the intents are the same in every frame."""
        heard = self.hear(features, num_frames)
        intents = heard.intents[:, None, :].expand(-1, features.shape[1], -1)
        return torch.cat([heard.units, intents], dim=-1)

    def hear(self, features: Tensor, num_frames: Tensor) -> Heard:
        """Features (B, T, D) of clips of `num_frames` (B,)."""
        spelt, meant = self.body(features, num_frames).chunk(2, dim=-1)
        mask = frame_mask(num_frames, meant.shape[1])
        pooled = torch.cat([self.pool(meant, mask), _mean_and_spread(features, mask)], dim=-1)[:, None]
        state = self.norm_clip(self.join(pooled))
        return Heard(self.units(self.dropout(self.norm_frame(spelt))), self._wanted(state), state[:, 0])

    def read(self, pieces: Tensor, num_pieces: Tensor) -> Read:
        """Pieces (R, N) of texts, start and end mark included, of which `num_pieces` (R,) are real."""
        return self.read_embedded(self.reader.pieces(self._forgotten(pieces, num_pieces)), num_pieces)

    def read_embedded(self, embedded: Tensor, num_pieces: Tensor | None) -> Read:
        """The same from embedded pieces (R, N, W); all of them are real if `num_pieces` is None."""
        states = self.reader.read(embedded, num_pieces)
        if num_pieces is None:
            state = states.mean(dim=1, keepdim=True)
        else:
            mask = frame_mask(num_pieces, states.shape[1])[:, :, None]
            state = (states * mask).sum(dim=1, keepdim=True) / mask.sum(dim=1, keepdim=True)
        return Read(self._tags(self.dropout(states)), self._wanted(state), state[:, 0])

    def _wanted(self, state: Tensor) -> Tensor:
        """(B, 1, W) -> logits of intents (B, I); a product of three dimensions is one that int8 is made of."""
        logits: Tensor = self.intents(self.dropout(state))
        return logits[:, 0]

    def _tags(self, states: Tensor) -> Tensor:
        """`O`, then `B-` and `I-` of each slot in turn."""
        first = nn.functional.linear(states, self.units.weight[self._opening], self.units.bias[self._opening])
        rest = self.inside(states)
        both = torch.stack([first, rest[..., 1:]], dim=-1).flatten(-2)  # (R, N, 2 K)
        return torch.cat([rest[..., :1], both], dim=-1)

    def _forgotten(self, pieces: Tensor, num_pieces: Tensor) -> Tensor:
        if not self.training or not self._forget:
            return pieces
        place = torch.arange(pieces.shape[1], device=pieces.device)[None]
        is_word = (place > 0) & (place < num_pieces[:, None] - 1)
        drawn = torch.rand(pieces.shape, device=pieces.device) < self._forget
        return torch.where(drawn & is_word, self._unknown, pieces)


def _mean_and_spread(x: Tensor, mask: Tensor) -> Tensor:
    """Mean and standard deviation over the frames that are there, (B, T, D) -> (B, 2 D)."""
    real = mask[:, :, None]
    count = real.sum(dim=1)
    mean = (x * real).sum(dim=1) / count
    variance = ((x - mean[:, None]).square() * real).sum(dim=1) / count
    return torch.cat([mean, (variance + 1e-5).sqrt()], dim=-1)
