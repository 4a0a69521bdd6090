"""The text decoder against the reference of `transformers`, and one step at a time against all at once.

Letters: B clips, N tokens, T frames, D width, H heads, L layers.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.parts.attention_decoder import ALIGNMENT_HEADS_BASE, AttentionDecoder  # noqa: E402
from tests.unit.tiny import DIM, LAYERS  # noqa: E402

TOKENS = torch.tensor([[50258, 50261, 50359, 50363, 300, 17, 4000], [50258, 50259, 50359, 50363, 9, 50257, 50257]])


@pytest.fixture(scope="module")
def decoder() -> AttentionDecoder:
    torch.manual_seed(0)
    return AttentionDecoder(dim=16, depth=2, num_heads=2, vocab_size=50, max_tokens=20).eval()


def test_the_reference_says_the_same(hf_whisper: tuple[Any, Path]) -> None:
    reference, folder = hf_whisper
    ours = AttentionDecoder.from_pretrained(folder).eval()
    frames = torch.randn(2, 40, DIM)
    with torch.no_grad():
        truth = reference(encoder_outputs=(frames,), decoder_input_ids=TOKENS).logits
        torch.testing.assert_close(ours(TOKENS, frames), truth, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_one_step_at_a_time_is_teacher_forcing(decoder: AttentionDecoder) -> None:
    tokens, frames = torch.randint(0, 50, (2, 9)), torch.randn(2, 30, 16)
    mask = torch.arange(30)[None, :] < torch.tensor([[30], [12]])
    forced = decoder(tokens, frames, mask)
    cache, steps = decoder.start(frames, mask), []
    for piece in tokens.split([1, 3, 1, 4], dim=1):
        logits, cache = decoder.step(piece, cache)
        steps.append(logits)
    torch.testing.assert_close(torch.cat(steps, dim=1), forced, atol=1e-5, rtol=1e-5)
    assert cache.self_keys.shape == (2, 2, 2, 9, 8)  # (L, B, H, N, D / H)


@torch.no_grad()
def test_a_token_does_not_see_those_after_it(decoder: AttentionDecoder) -> None:
    tokens, frames = torch.randint(0, 50, (1, 9)), torch.randn(1, 30, 16)
    other = tokens.clone()
    other[0, 5:] = (other[0, 5:] + 1) % 50
    torch.testing.assert_close(decoder(tokens, frames)[:, :5], decoder(other, frames)[:, :5])


@torch.no_grad()
def test_frames_past_the_end_change_nothing(decoder: AttentionDecoder) -> None:
    tokens, frames = torch.randint(0, 50, (1, 5)), torch.randn(1, 12, 16)
    padded = torch.nn.functional.pad(frames, (0, 0, 0, 9), value=50.0)
    mask = torch.arange(21)[None, :] < 12
    torch.testing.assert_close(decoder(tokens, padded, mask), decoder(tokens, frames), atol=1e-5, rtol=1e-5)


def test_which_heads_follow_the_speech() -> None:
    assert AttentionDecoder(dim=16, vocab_size=5, max_tokens=5).alignment_heads == ALIGNMENT_HEADS_BASE
    small = AttentionDecoder(dim=16, depth=3, num_heads=2, vocab_size=5, max_tokens=5)
    assert small.alignment_heads == ((1, 0), (1, 1), (2, 0), (2, 1))
    own = AttentionDecoder(dim=16, depth=3, num_heads=2, vocab_size=5, max_tokens=5, alignment_heads=((0, 1),))
    assert own.alignment_heads == ((0, 1),)


def test_a_folder_that_does_not_fit_is_refused(hf_whisper: tuple[Any, Path], tmp_path: Path) -> None:
    folder = hf_whisper[1]
    with pytest.raises(ValueError, match=r"no .*config.json: give a Hugging Face folder"):
        AttentionDecoder.from_pretrained(tmp_path)
    config = json.loads((folder / "config.json").read_text())
    shutil.copy(folder / "model.safetensors", tmp_path)

    def load(**changes: int) -> None:
        (tmp_path / "config.json").write_text(json.dumps(config | changes))
        AttentionDecoder.from_pretrained(tmp_path)

    with pytest.raises(ValueError, match=r"missing \['layers.2.encoder_attn.k_proj.weight'"):
        load(decoder_layers=LAYERS + 1)
    with pytest.raises(ValueError, match=r"left over \['layers.1.encoder_attn.k_proj.weight'"):
        load(decoder_layers=LAYERS - 1)
    with pytest.raises(ValueError, match=r"of another shape \['embed_positions.weight'\]"):
        load(max_target_positions=40)
