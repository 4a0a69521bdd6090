"""The upper half on kept frames is the whole encoder, cut in two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the encoder trains: install the extra `train`")

import torch
from nemo_five_tasks.upper_whisper import UpperWhisper
from safetensors.torch import save_file

from allears.encoders.whisper import WhisperEncoder

PREFIX = "model.encoder."
CONFIG = {"d_model": 16, "encoder_layers": 3, "encoder_attention_heads": 2, "encoder_ffn_dim": 32, "num_mel_bins": 80}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny random Whisper as Hugging Face would store it."""
    torch.manual_seed(0)
    state = WhisperEncoder.from_config(CONFIG).state_dict()
    names = {name: PREFIX + name.replace("positions", "embed_positions.weight") for name in state}
    save_file({names[name]: tensor for name, tensor in state.items()}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    return tmp_path


def _noise(seconds: float) -> torch.Tensor:
    return 0.1 * torch.randn(1, round(16_000 * seconds), generator=torch.Generator().manual_seed(1))


def test_unpooled_it_says_what_the_whole_encoder_says(folder: Path) -> None:
    audio = _noise(0.5)
    count = torch.tensor([audio.shape[1]])
    half = UpperWhisper(folder, folder / "frames", lower=2, pool=1)
    whole = WhisperEncoder.from_pretrained(folder, tail_s=0.0)
    for _ in range(2):  # computed, then read
        found, expected = half(audio, count), whole(audio, count)
        assert half.num_layers == len(found.layers) == 2
        torch.testing.assert_close(found.layers[-1], expected.layers[-1], atol=5e-3, rtol=0)


def test_pooling_averages_neighbours_and_keeps_a_last_single_frame(folder: Path) -> None:
    clip = _noise(0.5)[0].numpy()  # 25 frames of 20 ms
    frames = UpperWhisper(folder, folder / "frames", lower=1, pool=1).lower_half(clip)
    pooled = UpperWhisper(folder, folder / "frames", lower=1, pool=2).lower_half(clip)
    assert len(frames) == 25
    assert len(pooled) == 13
    torch.testing.assert_close(torch.from_numpy(pooled[0]), torch.from_numpy(frames[:2].mean(0)))
    torch.testing.assert_close(torch.from_numpy(pooled[-1]), torch.from_numpy(frames[-1]))


def test_company_changes_nothing_and_counts_agree(folder: Path) -> None:
    half = UpperWhisper(folder, folder / "frames", lower=1)
    short, long = _noise(0.33), _noise(0.7)
    audio = torch.zeros(2, long.shape[1])
    audio[0, : short.shape[1]], audio[1] = short[0], long[0]
    counts = torch.tensor([short.shape[1], long.shape[1]])
    both, alone = half(audio, counts), half(short, counts[:1])
    assert both.num_frames.tolist() == half.num_frames(counts).tolist() == [9, 18]
    torch.testing.assert_close(both.layers[:, :1, :9], alone.layers, atol=5e-3, rtol=0)


def test_only_the_upper_half_trains_and_is_saved(folder: Path) -> None:
    half = UpperWhisper(folder, folder / "frames", lower=2)
    assert {name.split(".")[0] for name in half.state_dict()} == {"layers", "layer_norm"}
    assert {name.split(".")[1] for name in half.state_dict() if name.startswith("layers")} == {"0"}


def test_a_second_pass_reads_what_the_first_one_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = UpperWhisper(folder, folder / "frames", lower=2)
    audio = _noise(0.4)
    first = half(audio).layers
    monkeypatch.setattr(half, "lower_half", lambda clip: pytest.fail("heard again"))
    torch.testing.assert_close(half(audio).layers, first, atol=5e-3, rtol=0)


def test_nothing_left_to_train_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="give 0 to 2 layers"):
        UpperWhisper(folder, folder / "frames", lower=3)
