"""Frames belong to the phones whose durations say so, alone and beside longer clips."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.parts.mel_head import MelHead, owners  # noqa: E402
from allears.voice_frames import NUM_MELS  # noqa: E402


def test_each_frame_has_its_phone_and_its_place_in_it() -> None:
    own = owners(torch.tensor([[2, 1, 3, 0]]), torch.arange(7))
    assert own.phone[0].tolist() == [0, 0, 1, 2, 2, 2, 3]
    assert own.place[0, :6, 0].tolist() == pytest.approx([0.25, 0.75, 0.5, 1 / 6, 0.5, 5 / 6])
    spread = own.spread(torch.arange(4.0)[None, :, None])
    assert spread[0, :, 0].tolist() == [0, 0, 1, 2, 2, 2, 3]


@torch.no_grad()
def test_a_sentence_sounds_the_same_alone_and_beside_a_longer_one() -> None:
    torch.manual_seed(0)
    head = MelHead(6, 8, 2, 2, 5, 0.0).eval()
    features, prosody = torch.randn(2, 4, 6), torch.randn(2, 4, 3)
    durations = torch.tensor([[2, 1, 3, 0], [4, 4, 4, 4]])
    both = head.frames(features, prosody, durations, torch.arange(16), durations.sum(1))
    alone = head.frames(features[:1, :3], prosody[:1, :3], durations[:1, :3], torch.arange(6), None)
    assert alone.shape == (1, 6, NUM_MELS + 2)
    torch.testing.assert_close(both[:1, :6], alone, atol=1e-5, rtol=1e-5)


def test_pitch_is_said_relative_to_the_phones_pitch() -> None:
    torch.manual_seed(0)
    head = MelHead(6, 8, 1, 2, 5, 0.0).eval()
    torch.nn.init.zeros_(head.out.weight)
    prosody = torch.zeros(1, 2, 3)
    prosody[0, 1, 0] = 1.5
    said = head.frames(torch.randn(1, 2, 6), prosody, torch.tensor([[2, 2]]), torch.arange(4), None)
    rise = said[0, :, NUM_MELS] - said[0, 0, NUM_MELS]
    assert rise.tolist() == pytest.approx([0, 0, 1.5, 1.5])
