"""Adapters change nothing at first and learn alone."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.transfer.bottleneck import add_bottlenecks  # noqa: E402


def test_an_adapter_changes_nothing_until_it_learns() -> None:
    net, x = nn.Sequential(nn.Linear(6, 8)), torch.randn(3, 6)
    names = set(net.state_dict())
    was = net(x)
    assert add_bottlenecks(net, ["0"], size=2) == 8 * 2 + 2 + 2 * 8 + 8
    assert torch.equal(net(x), was) and names <= set(net.state_dict())
    net(x).square().mean().backward()
    learning = {name for name, p in net.named_parameters() if p.grad is not None}
    assert learning == {"0.down.weight", "0.down.bias", "0.up.weight", "0.up.bias"}
