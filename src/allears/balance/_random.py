"""Draws that a balancer can repeat: they depend on its seed and on how often it was called, on nothing else.

In: a seed and a count. Out: a context in which torch draws by them. So a resumed run draws what the first one drew, all
processes of a distributed run draw the same, and dropout and augmentation are not disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["drawing"]

_STRIDE = 1_000_003  # a prime: neighbouring seeds do not share draws within a million steps


@contextmanager
def drawing(seed: int, num_calls: int) -> Iterator[None]:
    """Inside, torch draws on CPU by `seed` and `num_calls`; afterwards its generator stands where it stood."""
    generator = torch.default_generator  # not torch.manual_seed, which would seed the accelerators too
    before = generator.get_state()
    generator.manual_seed(seed * _STRIDE + num_calls)
    try:
        yield
    finally:
        generator.set_state(before)
