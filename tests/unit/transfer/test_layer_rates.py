"""Each layer learns at a share of the rate of the one above it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.encoders.whisper import WhisperEncoder  # noqa: E402
from allears.transfer.layer_rates import layer_rates  # noqa: E402


def test_rates_fall_towards_the_audio() -> None:
    rates = layer_rates(WhisperEncoder(16, 3, 2), 1e-3, 0.5)
    assert rates == pytest.approx({
        "encoder.layers.2": 1e-3, "encoder.layers.1": 5e-4, "encoder.layers.0": 2.5e-4,
        "encoder.conv1": 1.25e-4, "encoder.conv2": 1.25e-4,
    })  # fmt: skip


def test_an_encoder_without_layers_is_refused() -> None:
    with pytest.raises(ValueError, match=r"optim.layer_decay is 0.5, but Linear has no layers"):
        layer_rates(nn.Linear(2, 2), 1.0, 0.5)
