"""Every way to share keeps its contract, with its default options and with others; a new file is found by itself.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing.base import HasLayerWeights, HasPenalty, HasTaskVectors
from contracts.options import build
from contracts.sharing_asserts import (
    assert_clips_apart,
    assert_exports,
    assert_moves_everything,
    assert_named_tasks_alike,
    assert_padding_changes_nothing,
    assert_reaches_only_its_own,
    assert_shared_parameters_true,
    shake,
)

READS = {"a": "mix", "b": "last", "c": "mix"}
DIM, LAYERS = 8, 3
OTHERS: dict[str, list[dict[str, Any]]] = {
    "soft": [{"num_blocks": 2, "orthogonal": 0.1, "l2_schedule": "cosine"}],
    "hierarchical": [
        {"depth": {"a": 0, "b": 1}, "is_cascaded": True, "width": 4},
        {"depth": {"b": 2, "c": 0}, "width": 4},
    ],
    "branch": [{"at": 0, "tasks": ["a"], "hidden_dim": 4}],
    "cross-stitch": [{"num_blocks": 1}, {"num_blocks": 3, "width": 4, "is_per_channel": True}],
    "mmoe": [{"num_experts": 2, "width": 4}, {"balance": 0.1}],
    "ple": [{"num_levels": 1}, {"num_levels": 3, "num_own": 2, "num_shared": 1, "width": 4}],
    "task-attention": [{"gate": "softmax", "num_heads": 2}],
    "task-graph": [{"num_rounds": 2, "num_heads": 2, "width": 8}],
}
"""Options beside the defaults that make another network; a new way to share may add its own, and need not."""
CASES = [(name, options) for name in SHARINGS for options in [{}, *OTHERS.get(name, [])]]
EVERY = pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)])


def _build(name: str, options: dict[str, Any], reads: dict[str, str] = READS) -> Any:
    torch.manual_seed(0)
    return build(name, SHARINGS[name], reads=reads, dim=DIM, num_layers=LAYERS, **options)


def _shaken(name: str, options: dict[str, Any]) -> Any:
    sharing = _build(name, options)
    shake(sharing)
    return sharing


def _hidden() -> Hidden:
    torch.manual_seed(1)
    return Hidden(torch.randn(LAYERS, 3, 6, DIM), torch.tensor([6, 4, 1]))


@EVERY
def test_a_named_subset_gets_the_same(name: str, options: dict[str, Any]) -> None:
    assert_named_tasks_alike(_shaken(name, options), _hidden(), list(READS))


@EVERY
def test_padding(name: str, options: dict[str, Any]) -> None:
    assert_padding_changes_nothing(_shaken(name, options).eval(), _hidden())


@EVERY
def test_clips_without_a_label_leave_others_alone(name: str, options: dict[str, Any]) -> None:
    sharing = _shaken(name, options)
    assert_clips_apart(sharing, _hidden())
    for task in READS:
        assert_reaches_only_its_own(sharing, _hidden(), task, [other for other in READS if other != task])


@EVERY
def test_what_is_shared_is_said(name: str, options: dict[str, Any]) -> None:
    assert_shared_parameters_true(_shaken(name, options), _hidden(), list(READS))


@EVERY
def test_two_steps_move_everything(name: str, options: dict[str, Any]) -> None:
    sharing, hidden = _build(name, options).train(), _hidden()
    assert_moves_everything(sharing, hidden, {task: torch.randn(3, 6, DIM) for task in READS})


@pytest.mark.parametrize("name", list(SHARINGS))
def test_one_task_alone_shares_with_nobody(name: str) -> None:
    sharing = _build(name, {}, {"only": "mix"})
    assert sharing(_hidden())["only"].shape == (3, 6, DIM)
    assert sharing.shared_parameters() == []


@EVERY
def test_what_it_shows_has_the_shape_that_is_promised(name: str, options: dict[str, Any]) -> None:
    sharing = _shaken(name, options)
    assert isinstance(sharing, HasLayerWeights)
    for task, weights in sharing.layer_weights().items():
        assert weights.shape == (LAYERS,) and task in READS and not weights.requires_grad
        assert float(weights.sum()) == pytest.approx(1.0, abs=1e-5)
    if isinstance(sharing, HasTaskVectors):
        assert set(sharing.task_vectors()) == set(READS)
        assert len({vector.shape for vector in sharing.task_vectors().values()}) == 1
    if isinstance(sharing, HasPenalty):
        sharing.train()(_hidden())
        penalty = sharing.penalty(0.5)
        assert penalty.shape == () and float(penalty.detach()) >= 0.0


@EVERY
def test_export(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("onnxscript", reason="needs the extra `train`")
    assert_exports(_shaken(name, options).eval(), "a", LAYERS, DIM, tmp_path)
