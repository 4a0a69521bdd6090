"""Averages of weights: exact, and refused where they would mean nothing."""

from __future__ import annotations

import pytest
import torch

from allears.transfer.average import average_weights


def test_the_mean_is_weighted_and_counters_are_kept() -> None:
    a = {"w": torch.tensor([1.0, 2.0]), "count": torch.tensor(3)}
    b = {"w": torch.tensor([3.0, 6.0]), "count": torch.tensor(9)}
    mean = average_weights([(a, 0.25), (b, 0.75)])
    torch.testing.assert_close(mean["w"], torch.tensor([2.5, 5.0]))
    assert int(mean["count"]) == 3


def test_shares_that_do_not_add_up_are_refused() -> None:
    a = {"w": torch.ones(2)}
    with pytest.raises(ValueError, match="add up to 1"):
        average_weights([(a, 0.5), (a, 0.6)])


@pytest.mark.parametrize("other", [{"v": torch.ones(2)}, {"w": torch.ones(3)}])
def test_other_models_are_refused(other: dict[str, torch.Tensor]) -> None:
    with pytest.raises(ValueError, match="differ in"):
        average_weights([({"w": torch.ones(2)}, 0.5), (other, 0.5)])
