"""SpecAugment: bounded masks, inside the clip, the same for the same generator."""

from __future__ import annotations

import torch

from allears.data.augment.spec import spec_augment


def _mel() -> torch.Tensor:
    return torch.randn(4, 80, 300, generator=torch.Generator().manual_seed(0))


def test_same_generator_same_masks() -> None:
    masked = [spec_augment(_mel(), torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*masked)
    assert not torch.equal(masked[0], spec_augment(_mel(), torch.Generator().manual_seed(2)))


def test_masks_are_within_bounds() -> None:
    for seed in range(30):
        changed = spec_augment(_mel(), torch.Generator().manual_seed(seed)) != _mel()
        whole_frames, whole_bands = changed.all(1).sum(1), changed.all(2).sum(1)
        assert (whole_frames <= 2 * 60).all()  # a fifth of 300
        assert (whole_bands <= 2 * 27).all()
        rest = changed & ~changed.all(1)[:, None, :] & ~changed.all(2)[:, :, None]
        assert not rest.any()


def test_padding_is_left_alone_and_does_not_move_the_mean() -> None:
    frames = torch.tensor([300, 200, 100, 5])
    mel = _mel()
    for i, count in enumerate(frames):
        mel[i, :, count:] = 1e6
    masked = spec_augment(mel, torch.Generator().manual_seed(0), num_frames=frames)
    for i, count in enumerate(frames):
        assert (masked[i, :, count:] == 1e6).all()
        assert masked[i, :, :count].abs().max() < 100


def test_masked_cells_hold_the_mean() -> None:
    mel = _mel()
    masked = spec_augment(mel, torch.Generator().manual_seed(3))
    for i in range(4):
        values = masked[i][masked[i] != mel[i]]
        assert values.numel() and torch.allclose(values, mel[i].mean().expand_as(values), atol=1e-5)
