"""What encoders from scratch read."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from allears.encoders.frontend import FEATURES, add_frontend, read_frames  # noqa: E402


@pytest.mark.parametrize("features", FEATURES)
def test_whole_encoder_frames_whoever_lies_beside(features: str) -> None:
    encoder = nn.Module()
    dim = add_frontend(encoder, features)
    audio, counts = 0.1 * torch.randn(2, 5_000), torch.tensor([5_000, 1_650])
    audio[1, 1_650:] = 0
    beside = read_frames(encoder, audio, counts, 640)
    assert beside.shape == (2, 32, dim)  # 5000 samples are 8 encoder frames of 4
    alone = read_frames(encoder, audio[1:, :1_650], None, 640)
    assert alone.shape == (1, 12, dim)
    torch.testing.assert_close(beside[1:, :11], alone[:, :11], atol=1e-4, rtol=1e-4)


def test_spec_augment_finds_log_mel_alone() -> None:
    log_mel, mfcc = nn.Module(), nn.Module()
    assert (add_frontend(log_mel, "log-mel"), add_frontend(mfcc, "mfcc")) == (80, 39)
    assert isinstance(log_mel.log_mel, nn.Module) and not hasattr(mfcc, "log_mel")
    with pytest.raises(ValueError, match="one of log-mel, mfcc, got 'plp'"):
        add_frontend(nn.Module(), "plp")
