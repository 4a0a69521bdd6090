"""Look at a model without changing how it trains: no dropout, no random number drawn, modes put back.

In: a module. Out: a context in which losses are the same however often they are computed, gradients included.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

__all__ = ["steady"]


@contextmanager
def steady(model: nn.Module) -> Iterator[None]:
    """Eval mode inside; modes and torch's random state are as before afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    devices = list({p.device.index or 0 for p in model.parameters() if p.device.type == "cuda"})
    model.eval()
    try:
        # cuDNN's recurrent layers have no backward pass in eval mode; torch's own have
        with torch.random.fork_rng(devices=devices), torch.backends.cudnn.flags(enabled=False):
            yield
    finally:
        for module, training in modes:
            module.training = training
