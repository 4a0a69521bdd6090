"""Whisper's encoder against the reference of `transformers`, and on the real length of a clip.

Letters: B clips, S samples, T frames, D width, L layers.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.encoders import ENCODERS  # noqa: E402
from allears.encoders.whisper import MAX_FRAMES, WhisperEncoder, whisper  # noqa: E402
from tests.unit.tiny import DIM, HEADS, LAYERS  # noqa: E402


@pytest.fixture(scope="module")
def encoder() -> WhisperEncoder:
    torch.manual_seed(0)
    return WhisperEncoder(16, 2, 2).eval()


@torch.no_grad()
def test_thirty_seconds_give_the_references_frames(hf_whisper: tuple[Any, Path]) -> None:
    reference, folder = hf_whisper
    ours = WhisperEncoder.from_pretrained(folder, tail_s=0.0).eval()
    audio = 0.1 * torch.randn(1, 480_000)
    found = ours(audio).layers
    truth = reference.model.encoder(ours.log_mel(audio), output_hidden_states=True)
    assert found.shape == (LAYERS + 1, 1, MAX_FRAMES, DIM)
    torch.testing.assert_close(found[-1], truth.last_hidden_state, atol=1e-4, rtol=1e-4)
    for layer in range(LAYERS):  # the last of theirs is normed too
        torch.testing.assert_close(found[layer], truth.hidden_states[layer], atol=1e-4, rtol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("sizes", [(16_000, 9_000), (12_345, 12_346), (5_000, 400)])
def test_a_clip_is_the_same_alone_and_beside_a_longer_one(encoder: WhisperEncoder, sizes: tuple[int, int]) -> None:
    counts = torch.tensor(sizes)
    audio = torch.zeros(2, max(sizes) + 3_000)
    for row, size in enumerate(sizes):
        audio[row, :size] = 0.1 * torch.randn(size)
    batch = encoder(audio, counts)
    assert batch.num_frames.tolist() == encoder.num_frames(counts).tolist()
    for row, size in enumerate(sizes):
        alone = encoder(audio[row : row + 1, :size]).layers[:, 0]
        frames = int(encoder.num_frames(torch.tensor(size)))
        assert alone.shape[1] == frames
        torch.testing.assert_close(batch.layers[:, row, :frames], alone, atol=1e-4, rtol=1e-4)


def test_a_silent_tail_follows_the_clip() -> None:
    with torch.no_grad():
        assert WhisperEncoder(16, 1, 2, tail_s=0.5)(torch.zeros(1, 16_000)).layers.shape[2] == 75
    tail = WhisperEncoder(16, 1, 2, tail_s=1.0)
    assert tail.num_frames(torch.tensor([1, 320, 321, 16_000])).tolist() == [51, 51, 52, 100]


def test_nothing_is_heard_past_thirty_seconds(encoder: WhisperEncoder) -> None:
    assert int(encoder.num_frames(torch.tensor(480_001))) == MAX_FRAMES


def test_sizes_or_a_folder(tiny_whisper: Path) -> None:
    assert ENCODERS["whisper"] is whisper
    fresh = whisper(dim=16, depth=1, num_heads=2, tail_s=0.25)
    assert (fresh.dim, fresh.num_layers, fresh.tail_s, fresh.frame_shift_s) == (16, 2, 0.25, 0.02)
    loaded = whisper(pretrained=str(tiny_whisper))
    assert (loaded.dim, loaded.num_layers) == (DIM, LAYERS + 1)
    assert loaded.layers[0].self_attn.num_heads == HEADS


def test_a_folder_that_does_not_fit_is_refused(tiny_whisper: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no .*config.json"):
        WhisperEncoder.from_pretrained(tmp_path)
    config = json.loads((tiny_whisper / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"encoder_layers": LAYERS + 1}))
    with pytest.raises(ValueError, match=r"no checkpoint at .*model.safetensors"):
        WhisperEncoder.from_pretrained(tmp_path)
    shutil.copy(tiny_whisper / "model.safetensors", tmp_path)
    with pytest.raises(ValueError, match=r"missing .*layers\.2"):
        WhisperEncoder.from_pretrained(tmp_path)
