"""Hard sharing: a mix of layers a task.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.encoders.base import Hidden  # noqa: E402
from allears.sharing.hard import hard  # noqa: E402

READS = {"a": "mix", "b": "mix", "c": "last"}


def _hidden() -> Hidden:
    return Hidden(torch.randn(3, 2, 5, 8) * torch.tensor([1.0, 100.0, 0.01])[:, None, None, None], None)


def test_at_first_every_layer_counts_alike_whatever_its_size() -> None:
    hidden = _hidden()
    features = hard(reads=READS, dim=8, num_layers=3)(hidden)
    normed = torch.nn.functional.layer_norm(hidden.layers, (8,))
    torch.testing.assert_close(features["a"], normed.mean(0))
    assert torch.equal(features["c"], hidden.layers[-1])


def test_each_task_has_weights_of_its_own() -> None:
    sharing, hidden = hard(reads=READS, dim=8, num_layers=3), _hidden()
    with torch.no_grad():
        sharing.mix["a"].copy_(torch.tensor([0.0, 50.0, 0.0]))
    features = sharing(hidden, ["a", "b"])
    assert list(features) == ["a", "b"]
    torch.testing.assert_close(features["a"], torch.nn.functional.layer_norm(hidden.layers[1], (8,)))
    assert not torch.equal(features["a"], features["b"])
    features["b"].sum().backward()
    assert sharing.mix["a"].grad is None or not sharing.mix["a"].grad.any()
    assert sharing.layer_weights()["b"].sum() == pytest.approx(1.0)
    assert sharing.shared_parameters() == []


def test_another_way_to_read_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a task reads 'mix' or 'last', got \{'a': 'first'\}"):
        hard(reads={"a": "first"}, dim=8, num_layers=3)
