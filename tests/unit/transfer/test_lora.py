"""LoRA changes nothing at first, learns alone, and leaves a plain layer behind."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.transfer.lora import LoraLinear, add_lora, merge_lora  # noqa: E402


def _net() -> nn.Sequential:
    return nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 6, bias=False))


def test_nothing_changes_at_first_and_names_stay() -> None:
    net, x = _net(), torch.randn(3, 6)
    names, was = set(net.state_dict()), net(x)
    assert add_lora(net, ["0", "2"], rank=2, alpha=4.0) == 2 * (6 + 8) * 2
    assert torch.equal(net(x), was) and names <= set(net.state_dict())
    assert {n for n, p in net.named_parameters() if p.requires_grad} == {"0.down", "0.up", "2.down", "2.up"}


def test_what_was_learned_is_merged() -> None:
    net, x = _net(), torch.randn(3, 6)
    add_lora(net, ["0", "2"], rank=2, alpha=4.0)
    weight = net.get_parameter("0.weight").detach().clone()
    optimizer = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        net(x).square().mean().backward()
        optimizer.step()
    was = net(x)
    assert torch.equal(net.get_parameter("0.weight"), weight)  # the matrix itself learned nothing
    assert merge_lora(net) == 2 and merge_lora(net) == 0
    assert not any(isinstance(m, LoraLinear) for m in net) and torch.allclose(net(x), was, atol=1e-6)
    assert set(net.state_dict()) == set(_net().state_dict()) and not torch.equal(net.get_parameter("0.weight"), weight)


def test_a_rank_that_saves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="rank is 6, and 0 is 8 x 6"):
        add_lora(_net(), ["0"], rank=6, alpha=1.0)
