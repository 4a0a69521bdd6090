"""Heads that learn new classes: the rows of the old ones are copied by their names, new ones begin near the middle.

In: the state of a head of the old classes, and the names before and after. Out: the state for the new ones. The rows of
a class are those of the last matrix and its bias, of a closed set as of the letters of a CTC head (which may have
several rows a letter: those of a frame's parts, one after another).

A new row is the mean of the old ones and a little noise (Hewitt 2021, "Initializing new word embeddings for pretrained
language models"): its logit is then the mean of the others, so that with n old classes no probability falls by more
than the factor 1 + 1 / n, whatever the head hears. Random rows may drown the old classes at once.

Letters: C classes, P parts of a frame.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

__all__ = ["grow_head", "grow_rows"]

log = logging.getLogger(__name__)

_NOISE = 0.01  # of the rows' standard deviation: enough for two new classes to part


def grow_rows(value: Tensor, before: Sequence[str], after: Sequence[str], generator: torch.Generator) -> Tensor:
    """(P * C, ...) -> (P * C', ...): rows of the classes `after` out of rows of the classes `before`.

    Raises:
        ValueError: the rows are not those of the classes.
    """
    if not before or value.shape[0] % len(before):
        raise ValueError(f"{value.shape[0]} rows are not those of {len(before)} classes: give the head's own classes")
    parts = value.unflatten(0, (-1, len(before)))
    index = {name: i for i, name in enumerate(before)}
    mean, spread = parts.mean(dim=1), parts.std(dim=1) if len(before) > 1 else torch.zeros_like(parts[:, 0])
    rows = []
    for name in after:
        if name in index:
            rows.append(parts[:, index[name]])
        else:
            rows.append(mean + _NOISE * spread * torch.randn(mean.shape, generator=generator))
    return torch.stack(rows, dim=1).flatten(0, 1)


def grow_head(
    state: Mapping[str, Tensor], own: Mapping[str, Tensor], before: Sequence[str], after: Sequence[str]
) -> dict[str, Tensor]:
    """The state of a head for other classes. Tensors that have the right shape already stay as they are.

    Args:
        state: of the old head.
        own: of the new one, for the shapes.
        before: classes of the old head.
        after: classes of the new one; in any order, old ones may be left out.
    """
    if tuple(before) == tuple(after):
        return dict(state)
    generator = torch.Generator().manual_seed(0)
    grown = dict(state)
    for name, value in state.items():
        if name in own and _is_of_classes(value, own[name], len(before), len(after)):
            grown[name] = grow_rows(value, before, after, generator)
    new, lost = [n for n in after if n not in before], [n for n in before if n not in after]
    log.info("classes: %d kept, %d new (%s), %d left out", len(after) - len(new), len(new), ", ".join(new), len(lost))
    return grown


def _is_of_classes(value: Tensor, own: Tensor, before: int, after: int) -> bool:
    """Whether the rows go by class: the old count of them in one, the new count in the other, as often."""
    if value.ndim == 0 or value.shape[1:] != own.shape[1:] or not before or not after:
        return False
    old, left = divmod(value.shape[0], before)
    new, left_too = divmod(own.shape[0], after)
    return not left and not left_too and old == new
