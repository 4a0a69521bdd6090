"""Other speech, on which the head shall go on saying what it said before it learned.

In: the head before, features of clips. Out: a penalty: how far its scores have moved, D_KL(before || now), a mean over
frames. Source: Li & Hoiem 2016, "Learning without Forgetting". Ours differs: the old answers are asked on speech that
is not learned from, which needs no text.

Letters: B clips, T frames, D width, C units, f units a frame.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

__all__ = ["Rehearsal"]

_BATCH = 6


class Rehearsal:
    """Holds the head as it is now.

    Args:
        head: that will go on learning.
        clips: features (T, D) of other speech; without any the penalty is 0.
        num_units: C.
        seed: of the clips that are drawn.
    """

    def __init__(self, head: nn.Module, clips: Sequence[Tensor], num_units: int, seed: int) -> None:
        self._before, self._clips, self._num_units = deepcopy(head).eval(), clips, num_units
        self._rng = random.Random(seed)

    def penalty(self, head: nn.Module) -> Tensor:
        """Of some clips, ()."""
        if not self._clips:
            return torch.zeros(())
        some = self._rng.sample(range(len(self._clips)), min(_BATCH, len(self._clips)))
        clips = [self._clips[number].float() for number in some]
        features = nn.utils.rnn.pad_sequence(clips, batch_first=True)
        frames = torch.tensor([len(clip) for clip in clips])
        with torch.no_grad():
            before = self._scores(self._before, features, frames)
        apart = nn.functional.kl_div(self._scores(head, features, frames), before, reduction="none", log_target=True)
        inside = torch.arange(apart.shape[1])[None, :] * len(features[0]) < frames[:, None] * apart.shape[1]
        return (apart.sum(-1) * inside).sum() / inside.sum()

    def _scores(self, head: nn.Module, features: Tensor, frames: Tensor) -> Tensor:
        """(B, T, D) -> (B, f T, C) log-probabilities."""
        output: Tensor = head(features, frames)
        return output.float().reshape(len(output), -1, self._num_units).log_softmax(-1)
