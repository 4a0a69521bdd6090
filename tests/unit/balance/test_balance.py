"""What holds for every balancer there is: resuming, tasks that come and go, scale, bf16, features."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.balance import BALANCERS  # noqa: E402

LINEAR = ("fixed", "uncertainty", "imtl-l")  # the update of a mean of batches is the mean of their updates
AT_FEATURES = ("aligned-mtl", "cagrad", "gradnorm", "gradvac", "imtl-g", "mgda", "nash-mtl", "pcgrad", "upgrad")
OPTIONS: dict[str, dict[str, Any]] = {"dwa": {"window": 2}}
TASKS = ("a", "b", "c")
STEPS = (("a", "b", "c"), ("c", "a"), ("b",), ("a", "b", "c"), ("b", "c"), ("c", "b", "a"), ("a", "b"), ("a", "b", "c"))

EVERY = pytest.mark.parametrize("name", list(BALANCERS))


class _Net(nn.Module):
    """An encoder of two layers, a head a task, and a target each."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(7)
        self.encoder = nn.ModuleList([nn.Linear(4, 6), nn.Linear(6, 6)])
        self.heads = nn.ModuleDict({task: nn.Linear(6, 2) for task in TASKS})
        self.layers = torch.empty(0)

    def losses(self, x, tasks=TASKS) -> dict:
        low = self.encoder[0](x).tanh()
        self.layers = torch.stack([low, self.encoder[1](low).tanh()])
        read = self.layers.sum(0)
        return {task: (self.heads[task](read) - ord(task) % 3).square().mean() for task in tasks}


def _build(name: str, **options: Any) -> Any:
    try:
        return BALANCERS[name](tasks=TASKS, **{**OPTIONS.get(name, {}), **options})
    except ValueError as error:
        pytest.skip(str(error))


def _inputs(step: int):
    return torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(step))


def _step(net: _Net, balancer: Any, optimizer: Any, number: int) -> Any:
    optimizer.zero_grad()
    losses = net.losses(_inputs(number), STEPS[number])
    report = balancer.backward(losses, list(net.encoder.parameters()), features=net.layers)
    optimizer.step()
    return report


def _optimizer(net: _Net, balancer: Any) -> Any:
    return torch.optim.SGD([*net.parameters(), *balancer.parameters()], lr=0.05)


@EVERY
def test_a_resumed_run_is_the_same_to_the_last_bit(name: str) -> None:
    net, balancer = _Net(), _build(name)
    optimizer = _optimizer(net, balancer)
    for number in range(4):
        _step(net, balancer, optimizer, number)
    again, resumed = _Net(), _build(name)
    again.load_state_dict(net.state_dict())
    resumed.load_state_dict(balancer.state_dict())
    other = _optimizer(again, resumed)
    torch.manual_seed(999)  # the balancer's draws are its own
    for number in range(4, len(STEPS)):
        assert _step(net, balancer, optimizer, number) == _step(again, resumed, other, number)
    for one, two in zip(net.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, two)


@EVERY
def test_losses_fall_while_tasks_come_and_go(name: str) -> None:
    net, balancer = _Net(), _build(name)
    optimizer = _optimizer(net, balancer)
    before = float(sum(net.losses(_inputs(0)).values()).detach())
    for round_ in range(80):
        report = _step(net, balancer, optimizer, round_ % len(STEPS))
        assert set(report.weights) == set(STEPS[round_ % len(STEPS)])
    assert float(sum(net.losses(_inputs(0)).values()).detach()) < 0.6 * before


@EVERY
def test_the_order_of_tasks_does_not_matter_to_the_state(name: str) -> None:
    balancer = _build(name)
    _step(_Net(), balancer, torch.optim.SGD([nn.Parameter(torch.ones(1))]), 0)
    try:
        turned = BALANCERS[name](tasks=TASKS[::-1], **OPTIONS.get(name, {}))
    except ValueError as error:
        pytest.skip(str(error))
    turned.load_state_dict(balancer.state_dict())
    assert list(turned.state_dict()) == list(balancer.state_dict())


@EVERY
def test_gradients_add_up_and_are_scaled(name: str) -> None:
    """The second batch's update is added to what is in `.grad`, at its scale."""
    grads = []
    for scale, earlier in ((1.0, 0.0), (0.25, 3.0)):
        net, balancer = _Net(), _build(name)
        for p in net.parameters():
            p.grad = torch.full_like(p, earlier)
        balancer.backward(net.losses(_inputs(0)), list(net.encoder.parameters()), features=net.layers, scale=scale)
        grads.append([(p.grad - earlier) / scale for p in net.parameters()])
    torch.testing.assert_close(*grads, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", LINEAR)
def test_two_half_batches_are_one_whole_batch(name: str) -> None:
    whole, halves = _Net(), _Net()
    x = _inputs(0)
    _build(name).backward(whole.losses(x), list(whole.encoder.parameters()))
    balancer = _build(name)
    for half in x:
        balancer.backward(halves.losses(half[None]), list(halves.encoder.parameters()), scale=0.5)
    torch.testing.assert_close([p.grad for p in halves.parameters()], [p.grad for p in whole.parameters()])


@EVERY
def test_bf16_graphs_give_float32_gradients(name: str) -> None:
    net, balancer = _Net(), _build(name)
    for _ in range(2):
        with torch.autocast("cpu", torch.bfloat16):
            losses = net.losses(_inputs(0))
        balancer.backward(losses, list(net.encoder.parameters()), features=net.layers)
    for p in net.parameters():
        assert p.grad is not None and p.grad.dtype == torch.float32 and torch.isfinite(p.grad).all()
        assert p.grad.abs().sum() > 0


@pytest.mark.parametrize("name", AT_FEATURES)
def test_at_the_features_gradients_are_weighted_sums_too(name: str) -> None:
    net, plain, balancer = _Net(), _Net(), _build(name, at="features")
    report = balancer.backward(net.losses(_inputs(0)), list(net.encoder.parameters()), features=net.layers)
    sum(report.weights[task] * loss for task, loss in plain.losses(_inputs(0)).items()).backward()
    for one, two in zip(net.encoder.parameters(), plain.encoder.parameters(), strict=True):
        torch.testing.assert_close(one.grad, two.grad, rtol=1e-4, atol=1e-5)
    assert len(report.cosine) == 3


@pytest.mark.parametrize("name", AT_FEATURES)
def test_where_layers_are_parameters_both_places_agree(name: str) -> None:
    """Features that are the parameters themselves: what is approximate at features is exact there."""
    grads = []
    for at in ("parameters", "features"):
        shared = nn.Parameter(torch.zeros(1, 1, 2, 2))
        pull = torch.tensor([[1.0, 2.0, 0.0, 1.0], [-2.0, 0.5, 1.0, 0.0], [0.5, -1.0, 0.2, 2.0]])
        features = shared * 1.0
        losses = {task: (row @ features.flatten() - 1).square() for task, row in zip(TASKS, pull, strict=True)}
        _build(name, at=at).backward(losses, [shared], features=features)
        grads.append(shared.grad)
    torch.testing.assert_close(*grads, rtol=1e-4, atol=1e-5)


def test_the_lists_above_name_all_that_have_the_option() -> None:
    def has_at(builder: Callable[..., Any]) -> bool:
        return "at" in inspect.signature(builder).parameters

    assert {name for name in BALANCERS if has_at(BALANCERS[name])} == set(AT_FEATURES)


def test_the_page_on_balancing_names_every_one_and_its_options() -> None:
    page = (Path(__file__).parents[3] / "docs" / "balancing.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 5}
    assert sorted(rows) == list(BALANCERS)
    for name in BALANCERS:
        options = set(inspect.signature(BALANCERS[name]).parameters) - {"tasks", "at"}
        assert all(f"`{option}`" in rows[name] for option in options), name
