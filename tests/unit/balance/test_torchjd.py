"""TorchJD's weightings as ours."""

from __future__ import annotations

import sys

import pytest

torch = pytest.importorskip("torch")

from allears.balance._torchjd import Drawn, Stateless, normed, torchjd_weighting  # noqa: E402


def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchjd", None)
    with pytest.raises(ValueError, match=r"needs more libraries \(.*torchjd.*\): pip install 'allears\[balance\]'"):
        torchjd_weighting("MGDAWeighting")


def test_the_weighting_sees_a_gramian_of_trace_k() -> None:
    seen = []
    products = torch.tensor([[1e-9, 2e-10], [2e-10, 3e-9]], dtype=torch.float64)
    Stateless(lambda g: seen.append(g) or g[0])(products, ["a", "b"])
    assert float(seen[0].trace()) == pytest.approx(2.0)
    torch.testing.assert_close(seen[0], normed(1e12 * products))


def test_draws_change_with_every_call_and_can_be_repeated() -> None:
    def weigh(products):
        return torch.rand(len(products))

    one, other = Drawn(weigh, seed=1), Drawn(weigh, seed=1)
    first, second = (one(torch.eye(3), "abc") for _ in range(2))
    assert not torch.equal(first, second)
    other.load_state_dict({"num_calls": torch.tensor(1)})
    assert torch.equal(other(torch.eye(3), "abc"), second)
