"""Goes on training a head on lessons, and keeps it near where it began.

In: the head and lessons. Out: the head, changed in place. Loss: CTC a letter (`allears/parts/spelling.py`) plus L2-SP
(`allears/regularise/l2_sp.py`), which pulls the weights to their start, and the rehearsal of other speech
(`rehearsal.py`): what was learned from real speech is not to be lost over synthetic voices. The layers' weights stay as
they are.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from allears.parts.spelling import SpellingTarget, ctc_loss
from allears.regularise.base import Terms
from allears.regularise.l2_sp import l2_sp
from allears.transfer.commands.lesson import Lesson
from allears.transfer.commands.rehearsal import Rehearsal

__all__ = ["fit", "target_of"]

_BATCH = 16
LR = 3e-4
_PULL = 0.02  # of L2-SP
_KEEP = 5.0  # of the rehearsal, whose loss is a mean over frames: about so many make a letter
_CLIP = 1.0  # norm of the gradient
_WARM = 0.05  # of the time


def fit(
    head: nn.Module,
    lessons: Sequence[Lesson],
    num_units: int,
    progress: Callable[[], float],
    *,
    rehearsed: Sequence[Tensor] = (),
    stride: int = 1,
    lr: float = LR,
    seed: int = 0,
) -> tuple[int, float]:
    """Train until `progress`, asked before each step, is 1. Returns steps, and the mean loss of the last tenth.

    `rehearsed` are features (T, D) of other speech, on which the head is held to what it says at the start.

    `stride` frames are answered together by the head.

    The rate rises to `lr` over the first twentieth of the way and falls as a cosine to 0.
    """
    rng, loss_of = random.Random(seed), ctc_loss(num_units, stride)
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(head.parameters(), lr=lr, weight_decay=0.0)
    pull = l2_sp(terms=Terms(dict(head.named_parameters())), weight=_PULL)
    rehearsal = Rehearsal(head, rehearsed, num_units, seed)
    losses: list[float] = []
    head.train()
    order: list[int] = []
    while (done := progress()) < 1.0:
        if len(order) < min(_BATCH, len(lessons)):
            order = rng.sample(range(len(lessons)), len(lessons))
        batch = [lessons[order.pop()] for _ in range(min(_BATCH, len(order)))]
        for group in optimizer.param_groups:
            group["lr"] = lr * min(1.0, done / _WARM + 0.05) * 0.5 * (1 + math.cos(math.pi * done))
        features, num_frames, target = target_of(batch)
        loss = loss_of(head, features, num_frames, target).mean()
        if not torch.isfinite(loss):
            raise ValueError(f"the loss is {loss.item()} at step {len(losses)}: give other sentences or voices")
        optimizer.zero_grad()
        (loss + pull.penalty(done) + _KEEP * rehearsal.penalty(head)).backward()
        nn.utils.clip_grad_norm_(head.parameters(), _CLIP)
        optimizer.step()
        losses.append(float(loss.detach()))
    head.eval()
    last = losses[-max(1, len(losses) // 10) :]
    return len(losses), sum(last) / len(last) if last else math.nan


def target_of(batch: Sequence[Lesson]) -> tuple[Tensor, Tensor, SpellingTarget]:
    """Features (B, T, D), frames (B,) with the encoder's tail, and what should be said."""
    frames = torch.tensor([len(lesson.features) for lesson in batch])
    features = nn.utils.rnn.pad_sequence([lesson.features.float() for lesson in batch], batch_first=True)
    units = nn.utils.rnn.pad_sequence([torch.tensor(lesson.units) for lesson in batch], batch_first=True)
    lengths = torch.tensor([len(lesson.units) for lesson in batch])
    own = torch.tensor([lesson.num_frames for lesson in batch])
    return features, frames, SpellingTarget(units, lengths, own, tuple(lesson.text for lesson in batch))
