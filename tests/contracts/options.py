"""Small options for every plug-in, so that contracts run on all of them; a new plug-in without defaults says here how.

A builder whose options all have defaults needs nothing. One that needs an option without a default, and is not named
here, is skipped with that reason: add a line for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from allears.encoders.base import some_input
from allears.tasks.example import Example

__all__ = ["build", "clips_for", "example_of", "two_tones"]

_HF = {"model_type": "wav2vec2", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
_HF |= {"intermediate_size": 32, "conv_dim": (8,) * 7}
_HF |= {"num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4}
ENCODER = {
    "cnn-bilstm": {"dim": 16, "lstm_dim": 8},
    "conformer": {"dim": 16, "depth": 2, "num_heads": 2, "kernel": 7},
    "crdnn": {"lstm_dim": 8, "channels": (2, 4)},
    "hf": {"config": _HF},
    "text": {"dim": 16, "depth": 2, "num_heads": 2, "condition_dim": 4},
    "whisper": {"dim": 16, "depth": 2, "num_heads": 2},
}
SHARING = {"branch": {"num_heads": 2}}
REGIME = {"curriculum": {"phases": ({"tasks": ("a",), "steps": 10},)}}
OPTIONS: Mapping[str, Mapping[str, Any]] = {**ENCODER, **SHARING, **REGIME}


def build(name: str, builder: Callable[..., Any], **given: Any) -> Any:
    """What the builder gives for its small options; skips if it needs more than is known here."""
    options = dict(OPTIONS.get(name, {})) | given
    parameters = inspect.signature(builder).parameters.values()
    needed = [p.name for p in parameters if p.default is p.empty and p.name not in options]
    if needed:
        pytest.skip(f"{name} needs {needed}, and tests/contracts/options.py does not know what to give")
    try:
        return builder(**options)
    except ValueError as error:
        pytest.skip(f"{name} cannot be built without files: {error}")


def example_of(name: str, builder: Callable[..., Any], folder: Path) -> Example:
    """The example in the task's own file, with its files in `folder`; a task without one fails."""
    module = inspect.getmodule(builder)
    example = getattr(module, "EXAMPLE", None)
    assert isinstance(example, Example), (
        f"the file of the task {name} has no EXAMPLE: add `EXAMPLE = Example(options, (fields, fields))` with small "
        "options and the manifest fields of two clips; see docs/add-a-task.md"
    )
    return example.at(folder / name)


def two_tones(seconds: float = 0.5, rate: int = 16_000) -> tuple[np.ndarray, np.ndarray]:
    """A low and a high tone with silence around, float32."""
    time_s = np.arange(round(seconds * rate)) / rate
    window = ((time_s > 0.1) & (time_s < seconds - 0.1)) * 0.3
    low, high = ((window * np.sin(2 * np.pi * hz * time_s)).astype(np.float32) for hz in (300.0, 2500.0))
    return low, high


def clips_for(encoder: Any, lengths: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Clips that last as long as so many samples: what the encoder reads (B, S, ...), zero past a clip's end,
    and the length (B,) of each in its own terms."""
    rows = [some_input(encoder, 1, count / 16_000) for count in lengths]
    counts = torch.tensor([row.shape[1] for row in rows])
    padded = rows[0].new_zeros(len(rows), int(counts.max()), *rows[0].shape[2:])
    for into, row in zip(padded, rows, strict=True):
        into[: row.shape[1]] = row[0]
    return padded, counts
