"""The task graph against attention written out node by node, in numpy."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from allears.sharing.task_graph import task_graph
from tests.unit.sharing.frames import DIM, LAYERS, array, hidden, layer_norm, randomise, read, softmax

READS = {"a": "mix", "b": "last", "c": "mix"}
HEADS, WIDTH = 2, 6


def test_the_formula() -> None:
    sharing = randomise(task_graph(reads=READS, dim=DIM, num_layers=LAYERS, width=WIDTH, num_rounds=2, num_heads=HEADS))
    given = hidden()
    inputs = {task: read(sharing.mix, given, task) for task in READS}
    nodes = {
        task: layer_norm(x) @ array(sharing.into[task].weight).T + array(sharing.into[task].bias)
        + array(sharing.vectors[task])
        for task, x in inputs.items()
    }  # fmt: skip
    for look in sharing.rounds:
        normed = {t: layer_norm(n) * array(look.norm.weight) + array(look.norm.bias) for t, n in nodes.items()}
        q, k, v = (
            {t: n @ array(part.weight).T for t, n in normed.items()} for part in (look.query, look.key, look.value)
        )
        heard = {}
        for task in READS:
            pieces = []
            for part in np.split(np.arange(WIDTH), HEADS):
                scores = np.stack([(q[task][..., part] * k[o][..., part]).sum(-1) for o in READS], axis=-1)
                weights = softmax(scores / np.sqrt(WIDTH / HEADS))
                pieces.append(sum(weights[..., i : i + 1] * v[o][..., part] for i, o in enumerate(READS)))
            heard[task] = np.concatenate(pieces, axis=-1) @ array(look.out.weight).T
        nodes = {task: nodes[task] + heard[task] for task in READS}
    found = sharing(given)
    for task in READS:
        wanted = inputs[task] + nodes[task] @ array(sharing.back[task].weight).T + array(sharing.back[task].bias)
        np.testing.assert_allclose(array(found[task]), wanted, atol=1e-4, rtol=1e-4)


def test_it_starts_as_hard_sharing() -> None:
    sharing, given = task_graph(reads=READS, dim=DIM, num_layers=LAYERS), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ValueError, match="num_heads must divide width = 64, got 5"):
        task_graph(reads=READS, dim=DIM, num_layers=LAYERS, num_heads=5)
