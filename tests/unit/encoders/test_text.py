"""The encoder that reads: one frame an item, bent by voice and dialect once it has learned to be."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.encoders.base import ReadsItems, some_input  # noqa: E402
from allears.encoders.text import TextEncoder  # noqa: E402


def _encoder() -> TextEncoder:
    torch.manual_seed(0)
    return TextEncoder(dim=16, depth=2, num_heads=2, condition_dim=4).eval()


@torch.no_grad()
def test_one_frame_an_item_and_conditions_start_as_nothing() -> None:
    encoder = _encoder()
    items = encoder.example(2, 0.5)
    assert isinstance(encoder, ReadsItems)
    assert some_input(encoder, 2, 0.5).shape == items.shape == (2, 6, 3)
    hidden = encoder(items, torch.tensor([6, 4]))
    assert hidden.layers.shape == (3, 2, 6, 16)
    other = items.clone()
    other[..., 1:] = 0
    torch.testing.assert_close(encoder(other, torch.tensor([6, 4])).layers, hidden.layers)


@torch.no_grad()
def test_a_voice_changes_what_is_read_once_its_weights_are_there() -> None:
    encoder = _encoder()
    torch.nn.init.normal_(encoder.layers[0].film.bend.weight, std=0.5)
    items = encoder.example(1, 0.5)
    other = items.clone()
    other[..., 1] = items[..., 1] % 5 + 1
    before, after = encoder(items).layers, encoder(other).layers
    assert torch.equal(before[0], after[0])
    assert (before[1] - after[1]).abs().max() > 0.01


@pytest.mark.parametrize(("options", "why"), [({"kernel": 4}, "must be odd, got 4"), ({"dim": 18}, "no even share")])
def test_sizes_that_do_not_go_are_refused(options: dict[str, int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        TextEncoder(**options)
