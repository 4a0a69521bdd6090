"""What balancers that only weigh losses share."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.balance._scalar import backward_sum, positive_values, require_positive  # noqa: E402


def test_the_gradient_of_the_sum_is_scaled() -> None:
    x = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    backward_sum({"a": x[0] ** 2, "b": (3 * x[1]).bfloat16()}, 0.5)
    assert x.grad.tolist() == [1.0, 1.5]


def test_values() -> None:
    values = positive_values({"a": torch.tensor(2.0), "b": torch.tensor(0.0)}, "famo")
    assert values == {"a": 2.0, "b": 1e-8}
    with pytest.raises(ValueError, match=r"balance famo needs losses that are not negative, got \{'b': -1.0\}"):
        positive_values({"a": torch.tensor(2.0), "b": torch.tensor(-1.0)}, "famo")


def test_options() -> None:
    require_positive(lr=0.1)
    with pytest.raises(ValueError, match="lr must be above 0, got nan"):
        require_positive(lr=float("nan"))
