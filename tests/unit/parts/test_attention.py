"""Attention: its two ways say the same, and no key that is masked is read."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.parts.attention import Attention  # noqa: E402


def _attention() -> Attention:
    torch.manual_seed(0)
    return Attention(8, 2).eval()


@torch.no_grad()
def test_weights_and_the_fused_call_say_the_same() -> None:
    own, x, other = _attention(), torch.randn(2, 3, 8), torch.randn(2, 5, 8)
    keys, values = own.split(own.k_proj(other)), own.split(own.v_proj(other))
    may_look = torch.tensor([[True, True, False, True, False]])
    blocked = torch.where(may_look, 0.0, -1e9)
    mixed, weights = own.attend_with_weights(x, keys.transpose(-1, -2), values, blocked)
    torch.testing.assert_close(mixed, own.attend(x, keys, values, may_look), atol=1e-6, rtol=1e-5)
    assert weights.shape == (2, 2, 3, 5)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 2, 3))
    assert weights[..., [2, 4]].max() == 0
    torch.testing.assert_close(own(x, None), own.attend(x, own.split(own.k_proj(x)), own.split(own.v_proj(x)), None))


def test_names_are_those_of_the_checkpoints() -> None:
    names = {"q_proj.weight", "q_proj.bias", "k_proj.weight", "v_proj.weight", "v_proj.bias"}
    assert set(_attention().state_dict()) == names | {"out_proj.weight", "out_proj.bias"}


def test_heads_must_fit() -> None:
    with pytest.raises(ValueError, match="width of 9 cannot be cut into 2 heads"):
        Attention(9, 2)
