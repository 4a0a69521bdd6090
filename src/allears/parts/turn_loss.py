"""How wrong a guess at who speaks when is, where nobody can say which speaker is called A.

Loss: the cross-entropy a frame under the order of the speakers that makes it smallest,
L = min_o -(1 / T) sum_t log p(t, o(y_t)), o one of the S! orders, y_t the set of those who talk.
Source: Plaquet and Bredin 2023, "Powerset multi-class cross entropy loss for neural speaker diarization". Theirs picks
the order by the squared error of the speakers' activities and then takes the cross-entropy; ours picks by the
cross-entropy itself, of which S! = 6 are cheap.

Letters: P clips, T frames, N speakers of a clip, S speakers a window, C classes, K windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from allears.parts.heads import frame_mask
from allears.parts.turn_labels import SetsOfSpeakers, orders

__all__ = ["WindowedTurnLoss", "any_order_cross_entropy"]

_LEAST = 8  # a window of a clip is at least an eighth of a whole one, or is left out


def any_order_cross_entropy(logits: Tensor, target: Tensor, num_frames: Tensor, table: Tensor) -> Tensor:
    """The loss (P,) of logits (P, T, C) against classes (P, T), under the orders (S!, C) of `table`. See the module."""
    likely, mask = logits.float().log_softmax(-1), frame_mask(num_frames, logits.shape[1])
    said = torch.stack([likely.gather(2, renamed[target][:, :, None])[:, :, 0] for renamed in table])  # (S!, P, T)
    losses = -(said * mask).sum(dim=2) / mask.sum(dim=1).clamp(min=1)
    return losses.min(dim=0).values


class WindowedTurnLoss:
    """The loss of clips, mean over the windows they are cut into; each window has speakers of its own.

    While the head trains, the cuts lie elsewhere each time.

    Args:
        classes: names of the sets of speakers.
        window_frames: length of a window; a shorter clip is one.
    """

    def __init__(self, classes: Sequence[str], window_frames: int) -> None:
        self._orders, self._classes = torch.from_numpy(orders(classes)), SetsOfSpeakers(classes)
        self._window = window_frames

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
        """The loss (P,) of features (P, T, D) against who talks (P, T', N), T' >= T."""
        target, cuts = target[:, : features.shape[1]], self._cuts(features.shape[1], is_moved=head.training)
        counts = torch.stack([(num_frames - first).clamp(0, last - first) for first, last in cuts])  # (K, P)
        least = torch.minimum(num_frames, torch.tensor(self._window, device=num_frames.device)) // _LEAST
        is_heard = counts >= least.clamp(min=1)
        heard = torch.cat([self._cut(features, cut)[rows] for cut, rows in zip(cuts, is_heard, strict=True)])
        talks = torch.cat([self._cut(target, cut)[rows] for cut, rows in zip(cuts, is_heard, strict=True)])
        frames = counts[is_heard]
        # frames past a clip's end belong to nobody
        talks = talks * frame_mask(frames, talks.shape[1])[:, :, None]
        table = self._orders.to(target.device)
        losses = any_order_cross_entropy(head(heard, frames), self._classes(talks), frames, table)
        whose = torch.arange(len(features), device=features.device).expand(len(cuts), -1)[is_heard]
        weight = losses.new_zeros(len(features)).index_add(0, whose, frames.to(losses.dtype))
        total = losses.new_zeros(len(features)).index_add(0, whose, losses * frames)
        return total / weight.clamp(min=1)

    def _cuts(self, length: int, *, is_moved: bool) -> list[tuple[int, int]]:
        """First and one past the last frame of windows that cover `length`."""
        if length <= self._window:
            return [(0, length)]
        first = int(torch.randint(1, self._window + 1, ())) if is_moved else self._window
        edges = [0, *range(first, length, self._window), length]
        return list(pairwise(edges))

    def _cut(self, frames: Tensor, cut: tuple[int, int]) -> Tensor:
        """Frames of a window, (P, W, ...), padded with zeros to a whole one if the clip is longer than one."""
        first, last = cut
        wanted = min(self._window, frames.shape[1])
        found = frames[:, first:last]
        return nn.functional.pad(found, (0, 0, 0, max(0, wanted - found.shape[1])))
