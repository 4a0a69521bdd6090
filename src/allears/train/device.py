"""Move whatever a batch holds to where the model is, and choose that place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import torch
from torch import Tensor

from allears.batch import Batch

__all__ = ["choose_device", "move", "move_batch"]


def choose_device(name: str) -> torch.device:
    """`auto` is the GPU if there is one.

    Raises:
        ValueError: `cuda` is asked for and there is none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device is cuda, but torch sees no GPU: set device: cpu, or install a CUDA build of torch")
    return torch.device(name)


def move(value: Any, device: torch.device) -> Any:
    """Tensors inside tuples, lists, mappings and dataclasses go to `device`; anything else stays as it is."""
    if isinstance(value, Tensor):
        return value.to(device, non_blocking=True)
    if isinstance(value, Mapping):
        return {key: move(item, device) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(move(item, device) for item in value))
    if isinstance(value, list | tuple):
        return type(value)(move(item, device) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: move(getattr(value, f.name), device) for f in fields(value) if f.init})
    return value


def move_batch(batch: Batch, device: torch.device) -> Batch:
    """The batch on `device`; itself if it is there already."""
    if batch.audio.device == device:
        return batch
    moved: Batch = move(batch, device)
    return moved
