"""Small options for every plug-in, so that contracts run on all of them; a new plug-in without defaults says here how.

A builder whose options all have defaults needs nothing. One that needs an option without a default, and is not named
here, is skipped with that reason: add a line for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

__all__ = ["FIELDS", "build", "fields_of", "two_tones"]

ENCODER = {"cnn-bilstm": {"dim": 16, "lstm_dim": 8}, "whisper": {"dim": 16, "depth": 2, "num_heads": 2}}
TASK = {
    "speaker": {"names": ("a", "b"), "size": 8, "hidden": 8},
    "language": {"classes": ("de", "en"), "hidden": 8},
    "speech": {"hidden": 8},
}
OPTIONS: Mapping[str, Mapping[str, Any]] = {**ENCODER, **TASK}

FIELDS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "speaker": ({"speaker": "a"}, {"speaker": "b"}),
    "language": ({"language": "de"}, {"language": "en"}),
    "speech": ({"text": "hello"}, {"noise": "rain"}),
}
"""Task -> manifest fields of two clips that carry its label."""


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


def fields_of(name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Manifest fields of two labelled clips; skips if they are not known here."""
    if name not in FIELDS:
        pytest.skip(f"tests/contracts/options.py has no manifest fields for {name}")
    return FIELDS[name]


def two_tones(seconds: float = 0.5, rate: int = 16_000) -> tuple[np.ndarray, np.ndarray]:
    """A low and a high tone with silence around, float32."""
    time_s = np.arange(round(seconds * rate)) / rate
    window = ((time_s > 0.1) & (time_s < seconds - 0.1)) * 0.3
    low, high = ((window * np.sin(2 * np.pi * hz * time_s)).astype(np.float32) for hz in (300.0, 2500.0))
    return low, high
