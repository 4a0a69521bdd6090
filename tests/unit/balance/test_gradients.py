"""Task gradients, taken at parameters and at the encoder's layers, and put together again."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.balance._gradients import cosines, gramian, take_gradients  # noqa: E402


class _Net(nn.Module):
    """Encoder -> features (L, B, T, D) -> something shared behind them -> a head a task."""

    def __init__(self, tasks: str = "ab") -> None:
        super().__init__()
        self.encoder, self.behind = nn.Linear(5, 8), nn.Linear(4, 4)
        self.heads = nn.ModuleDict({task: nn.Linear(4, 1) for task in tasks})

    def losses(self, x):
        features = torch.stack(self.encoder(x).tanh().split(4, dim=-1))
        read = self.behind(features.sum(0))
        return {task: head(read).square().mean() for task, head in self.heads.items()}, features

    def shared(self) -> list:
        return [*self.encoder.parameters(), *self.behind.parameters()]

    def grads(self) -> dict:
        return {name: None if p.grad is None else p.grad.clone() for name, p in self.named_parameters()}


def _pair(seed: int = 0):
    torch.manual_seed(seed)
    net, x = _Net(), torch.randn(2, 3, 5)
    plain = _Net()
    plain.load_state_dict(net.state_dict())
    return net, plain, x


@pytest.mark.parametrize("at", ["parameters", "features"])
def test_update_is_the_weighted_sum_and_own_gradients_are_plain(at: str) -> None:
    net, plain, x = _pair()
    losses, features = net.losses(x)
    take_gradients(losses, net.shared(), features, at=at, factors={"a": 1.0, "b": 1.0}).apply([0.3, -2.0])
    theirs, _ = plain.losses(x)
    (0.3 * theirs["a"] - 2.0 * theirs["b"]).backward(retain_graph=True)
    shared = [p.grad.clone() for p in plain.shared()]
    plain.zero_grad()
    sum(theirs.values()).backward()
    for ours, expected in zip(net.shared(), shared, strict=True):
        torch.testing.assert_close(ours.grad, expected)
    torch.testing.assert_close([p.grad for p in net.heads.parameters()], [p.grad for p in plain.heads.parameters()])


@pytest.mark.parametrize("at", ["parameters", "features"])
def test_gradients_add_to_those_of_earlier_batches(at: str) -> None:
    net, _, x = _pair()
    for _ in range(2):
        losses, features = net.losses(x)
        take_gradients(losses, net.shared(), features, at=at, factors={"a": 0.5, "b": 0.5}).apply([1.0, 1.0])
    twice = net.grads()
    net.zero_grad()
    sum(net.losses(x)[0].values()).backward()
    for name, grad in net.grads().items():
        torch.testing.assert_close(twice[name], grad)


def test_rows_are_the_gradients_of_each_task() -> None:
    net, _, x = _pair()
    losses, features = net.losses(x)
    expected = [torch.autograd.grad(loss, net.shared(), retain_graph=True) for loss in losses.values()]
    at_features = [torch.autograd.grad(loss, features, retain_graph=True)[0].flatten() for loss in losses.values()]
    for at, rows in (
        ("features", torch.stack(at_features)),
        ("parameters", torch.stack([torch.cat([g.flatten() for g in grads]) for grads in expected])),
    ):
        taken = take_gradients(losses, net.shared(), features, at=at, factors={"a": 1.0, "b": 1.0})
        torch.testing.assert_close(taken.rows, rows)
        losses, features = net.losses(x)  # the first graph is used up


def test_a_task_that_misses_a_shared_parameter_has_zeros_there() -> None:
    one, other = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(3))
    losses = {"a": 2 * one.sum(), "b": other.sum()}
    taken = take_gradients(losses, [one, other], None, at="parameters", factors={"a": 1.0, "b": 1.0})
    assert taken.rows.tolist() == [[2, 2, 0, 0, 0], [0, 0, 1, 1, 1]]
    assert one.grad is None and other.grad is None, "nothing is there before weights are known"


def test_a_loss_past_the_layers_is_refused_at_features() -> None:
    net, _, x = _pair()
    losses, features = net.losses(x)
    losses["b"] = losses["b"] + net.encoder.weight.square().sum()
    with pytest.raises(ValueError, match="the loss of task 'b' reaches the encoder past its layers"):
        take_gradients(losses, net.shared(), features, at="features", factors={"a": 1.0, "b": 1.0})


def test_nothing_shared_is_refused() -> None:
    net, _, x = _pair()
    losses, features = net.losses(x)
    factors = {"a": 1.0, "b": 1.0}
    with pytest.raises(ValueError, match="all of that is frozen: unfreeze a part"):
        take_gradients(losses, [], features, at="parameters", factors=factors)
    for frozen in (None, features.detach()):
        with pytest.raises(ValueError, match="all of the encoder is frozen"):
            take_gradients(losses, net.shared(), frozen, at="features", factors=factors)


def test_gramian_of_long_rows_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allears.balance._gradients._CHUNK", 7)
    rows = np.random.default_rng(0).normal(size=(3, 100)).astype(np.float32)
    exact = rows.astype(np.float64) @ rows.astype(np.float64).T
    np.testing.assert_allclose(gramian(torch.from_numpy(rows)).numpy(), exact, rtol=1e-12)


def test_cosines_of_all_pairs_but_those_with_a_zero_gradient() -> None:
    rows = torch.tensor([[1.0, 0.0], [-2.0, 0.0], [0.0, 0.0], [3.0, 3.0]])
    found = cosines(gramian(rows), "abcd")
    assert found == pytest.approx({("a", "b"): -1.0, ("a", "d"): 0.5**0.5, ("b", "d"): -(0.5**0.5)})
