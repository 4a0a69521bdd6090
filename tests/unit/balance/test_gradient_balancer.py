"""What all gradient methods have from the balancer they share."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.balance._gradient_balancer import GradientBalancer  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


class _Spy(nn.Module):
    """A weighting that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list = []

    def forward(self, products, tasks):
        self.asked.append((products, tuple(tasks)))
        return torch.arange(2.0, 2.0 + len(tasks), dtype=torch.float64)


def _balancer(tasks: str = "abc") -> tuple[GradientBalancer, _Spy]:
    spy = _Spy()
    return GradientBalancer(list(tasks), spy, "parameters"), spy


def test_the_method_sees_whole_losses_whatever_the_scale() -> None:
    toy, (balancer, spy) = Toy(ROWS["three in conflict"]), _balancer()
    balancer.backward(toy.losses(), [toy.shared], scale=0.25)
    rows = torch.stack(list(toy.rows.values())).double()
    torch.testing.assert_close(spy.asked[0][0], rows @ rows.T)
    torch.testing.assert_close(toy.shared.grad, 0.25 * (2 * rows[0] + 3 * rows[1] + 4 * rows[2]).float())
    assert float(toy.own["b"].grad) == 0.25


def test_weights_belong_to_the_tasks_of_this_step() -> None:
    toy, (balancer, spy) = Toy(ROWS["three in conflict"]), _balancer()
    report = balancer.backward(toy.losses(c=1.0, a=1.0), [toy.shared])
    assert spy.asked[0][1] == ("c", "a")
    assert dict(report.weights) == {"c": 2.0, "a": 3.0}
    assert list(report.cosine) == [("c", "a")]
    cosine = torch.cosine_similarity(toy.rows["c"], toy.rows["a"], dim=0)
    assert report.cosine["c", "a"] == pytest.approx(float(cosine))


def test_one_task_alone_is_trained_plainly() -> None:
    toy, (balancer, spy) = Toy(ROWS["three in conflict"]), _balancer()
    report = balancer.backward(toy.losses(b=1.0), [toy.shared])
    assert dict(report.weights) == {"b": 1.0} and not report.cosine and not spy.asked
    assert torch.equal(toy.shared.grad, toy.rows["b"])


def test_a_task_without_a_gradient_on_what_is_shared_takes_no_part() -> None:
    toy = Toy({"a": (1.0, 2.0), "b": (0.0, 0.0), "c": (1.0, -1.0)})
    balancer, spy = _balancer()
    report = balancer.backward(toy.losses(), [toy.shared])
    assert spy.asked[0][1] == ("a", "c")
    assert dict(report.weights) == {"a": 2.0, "b": 0.0, "c": 3.0}
    assert list(report.cosine) == [("a", "c")]
    assert float(toy.own["b"].grad) == 1.0, "its own part is trained"


def test_everything_frozen_is_refused_but_for_a_single_task() -> None:
    toy, (balancer, _) = Toy(ROWS["three in conflict"]), _balancer()
    with pytest.raises(ValueError, match=r"unfreeze a part of the encoder \(encoder.freeze\), or use a balancer"):
        balancer.backward(toy.losses(b=1.0), [])
    twin, _ = _balancer("b")
    assert dict(twin.backward(toy.losses(b=1.0), []).weights) == {"b": 1.0}
    assert float(toy.own["b"].grad) == 1.0


def test_a_gradient_that_is_not_finite_reaches_the_loop() -> None:
    toy, (balancer, spy) = Toy({"a": (1.0, float("nan")), "b": (1.0, 2.0)}), _balancer("ab")
    balancer.backward(toy.losses(), [toy.shared])
    assert not spy.asked and not torch.isfinite(toy.shared.grad).all()


def test_another_place_is_refused() -> None:
    with pytest.raises(ValueError, match="at must be one of parameters, features, got 'layers'"):
        GradientBalancer(["a"], _Spy(), "layers")
