"""Task attention: alpha = attention(f, z), head(alpha * f), in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from allears.sharing.task_attention import task_attention
from tests.unit.sharing.frames import DIM, LAYERS, array, hidden, randomise, read, softmax

READS = {"a": "mix", "b": "last"}


def _sharing(**options: Any) -> Any:
    return randomise(task_attention(reads=READS, dim=DIM, num_layers=LAYERS, size=6, **options))


def _scores(sharing: Any, task: str, x: np.ndarray, num_heads: int) -> np.ndarray:
    """<(W x_t)_h, z_h> / sqrt(size of a head), (B, T, H), head by head."""
    keys, query = x @ array(sharing.key.weight).T, array(sharing.vectors[task])
    size = len(query) // num_heads
    parts = [slice(h * size, (h + 1) * size) for h in range(num_heads)]
    return np.stack([keys[..., part] @ query[part] / np.sqrt(size) for part in parts], axis=-1)


@pytest.mark.parametrize("num_heads", [1, 2])
def test_the_formula_frame_by_frame(num_heads: int) -> None:
    sharing, given = _sharing(num_heads=num_heads), hidden([5, 3])
    found = sharing(given)
    for task in READS:
        x = read(sharing.mix, given, task)
        alpha = 2.0 / (1.0 + np.exp(-_scores(sharing, task, x, num_heads)))
        np.testing.assert_allclose(
            array(found[task]), np.repeat(alpha, DIM // num_heads, axis=-1) * x, atol=1e-5, rtol=1e-4
        )


@pytest.mark.parametrize("num_heads", [1, 2])
def test_the_formula_where_frames_compete(num_heads: int) -> None:
    sharing, given = _sharing(num_heads=num_heads, gate="softmax"), hidden([5, 3])
    found = sharing(given)
    for task in READS:
        x = read(sharing.mix, given, task)
        for row, count in enumerate([5, 3]):
            alpha = count * softmax(_scores(sharing, task, x, num_heads)[row, :count], axis=0)
            np.testing.assert_allclose(alpha.mean(0), 1.0)
            wanted = np.repeat(alpha, DIM // num_heads, axis=-1) * x[row, :count]
            np.testing.assert_allclose(array(found[task])[row, :count], wanted, atol=1e-5, rtol=1e-4)
            assert not array(found[task])[row, count:].any()


@pytest.mark.parametrize("gate", ["sigmoid", "softmax"])
def test_it_starts_as_hard_sharing(gate: Any) -> None:
    sharing, given = task_attention(reads=READS, dim=DIM, num_layers=LAYERS, gate=gate), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_heads": 3}, "num_heads must divide size = 64, got 3"),
        ({"num_heads": 16}, "num_heads must divide the encoder's width = 8, got 16"),
        ({"gate": "hard"}, "gate must be one of sigmoid, softmax, got 'hard'"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        task_attention(reads=READS, dim=DIM, num_layers=LAYERS, **options)
