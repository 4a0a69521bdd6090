"""SpecAugment in front of any encoder that has a `log_mel` module: masks while the model trains, nothing otherwise.

In: a model and the options of `spec_augment`. Out: a handle whose `remove()` takes it off again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from allears.data.augment.spec import spec_augment

__all__ = ["mask_log_mel"]


def mask_log_mel(model: nn.Module, encoder: nn.Module, options: Mapping[str, Any]) -> RemovableHandle:
    """Mask the log-mel of `encoder` whenever `model` (not the encoder: it may be frozen) is in train mode.

    The masks come from torch's global generator, whose state a checkpoint holds.

    Raises:
        ValueError: the encoder has no module called `log_mel`.
    """
    log_mel = getattr(encoder, "log_mel", None)
    if not isinstance(log_mel, nn.Module):
        raise ValueError(f"{type(encoder).__name__} has no `log_mel`: take data.spec_augment out of the recipe")

    def mask(_: nn.Module, __: object, mel: Tensor) -> Tensor:
        return spec_augment(mel, torch.default_generator, **options) if model.training else mel

    return log_mel.register_forward_hook(mask)
