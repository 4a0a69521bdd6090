"""Layers of the encoder begin to learn one after another, from the top, as the step alone says."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.encoders.whisper import WhisperEncoder  # noqa: E402
from allears.transfer.thaw import Thaw  # noqa: E402


def _learning(encoder: WhisperEncoder) -> list[bool]:
    parts = [encoder.conv1, *encoder.layers, encoder.layer_norm]
    return [any(p.requires_grad for p in part.parameters()) for part in parts]


def test_one_more_layer_every_few_steps() -> None:
    encoder = WhisperEncoder(16, 3, 2)
    thaw = Thaw(encoder, 10)
    expected = {
        0: [False, False, False, False, False], 9: [False, False, False, False, False],
        10: [False, False, False, True, True], 25: [False, False, True, True, True],
        30: [False, True, True, True, True], 40: [True] * 5, 900: [True] * 5,
    }  # fmt: skip
    for step in (0, 9, 10, 25, 30, 40, 900, 10):  # taken up again anywhere
        thaw(step)
        assert _learning(encoder) == expected[step], step


def test_what_was_frozen_before_stays_so() -> None:
    encoder = WhisperEncoder(16, 3, 2)
    encoder.conv1.requires_grad_(False)
    Thaw(encoder, 1)(100)
    assert _learning(encoder) == [False, True, True, True, True]


def test_without_layers_there_is_nothing_to_thaw() -> None:
    with pytest.raises(ValueError, match="an encoder with 0 layers"):
        Thaw(nn.Linear(2, 2), 1)
