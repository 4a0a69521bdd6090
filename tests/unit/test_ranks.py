"""Alone, nothing is summed and nobody else is asked. Several processes: `train/test_distributed.py`."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the extra `train`")

from allears.ranks import first_says, num_ranks, of_all, rank, sum_over_ranks, total  # noqa: E402


def test_one_process_is_the_first_and_the_only_one() -> None:
    assert (rank(), num_ranks()) == (0, 1)
    tensor = torch.tensor([1.0, 2.0])
    assert sum_over_ranks(tensor) is tensor
    assert total({"speech": 3, "language": 0.5}) == {"speech": 3, "language": 0.5}
    assert first_says("here") == "here"
    assert of_all({"a": 1}) == [{"a": 1}]
