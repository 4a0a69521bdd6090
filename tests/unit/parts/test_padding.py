"""Masks, and LSTMs that turn round at a clip's own end."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.parts.padding import frame_mask, keep, run_lstm  # noqa: E402


def test_keep_silences_the_frames_past_the_end() -> None:
    counts = torch.tensor([3, 1])
    assert frame_mask(3, counts).tolist() == [[True, True, True], [True, False, False]]
    for shape in ((2, 3, 4), (2, 3, 4, 5)):
        x = torch.ones(shape)
        assert keep(x, counts)[0].eq(1).all() and keep(x, counts)[1, 1:].eq(0).all()
        assert keep(x, None) is x


@torch.no_grad()
def test_the_way_back_starts_at_the_clips_end() -> None:
    torch.manual_seed(0)
    lstm, x = nn.LSTM(4, 3, batch_first=True, bidirectional=True), torch.randn(2, 6, 4)
    states = run_lstm(lstm, x, torch.tensor([4, 6]))
    assert states.shape == (2, 6, 6)
    torch.testing.assert_close(states[:1, :4], run_lstm(lstm, x[:1, :4], None))
    assert states[0, 4:].eq(0).all()
