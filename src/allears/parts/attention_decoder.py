"""Whisper's text decoder: tokens so far and encoder frames in, scores of the next token out.

Teacher-forced for training, one step at a time with an explicit cache for generation and export.
Source: Radford et al. 2022.

Letters: B clips, N tokens, P cached tokens, T encoder frames, D width, H heads, V vocabulary, L layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from allears.parts.attention import Attention

__all__ = ["AttentionDecoder", "Cache"]

# The cross-attention heads of Whisper base that follow the speech in time, as (layer, head); from OpenAI's release.
ALIGNMENT_HEADS_BASE = ((3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6))
_BASE_SIZE = (6, 8)  # layers and heads of Whisper base


@dataclass(frozen=True)
class Cache:
    """What a step leaves for the next one.

    Attributes:
        self_keys, self_values: (L, B, H, P, D / H), of the tokens so far.
        cross_keys, cross_values: (L, B, H, T, D / H), of the encoder frames; computed once a clip.
        cross_mask: (B, 1, 1, T), true where a frame is real; None when all are.
    """

    self_keys: Tensor
    self_values: Tensor
    cross_keys: Tensor
    cross_values: Tensor
    cross_mask: Tensor | None = None


class _Layer(nn.Module):
    """Pre-norm Transformer decoder layer; the names are those of the Hugging Face checkpoint."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(dim, num_heads)
        self.self_attn_layer_norm = nn.LayerNorm(dim)
        self.encoder_attn = Attention(dim, num_heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(dim)
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)
        self.final_layer_norm = nn.LayerNorm(dim)

    def feed(self, x: Tensor) -> Tensor:
        return x + self.fc2(nn.functional.gelu(self.fc1(self.final_layer_norm(x))))


def _usual_alignment_heads(depth: int, num_heads: int) -> tuple[tuple[int, int], ...]:
    """Those of Whisper base for its size; else, as OpenAI's code does, every head of the upper half of the layers."""
    if (depth, num_heads) == _BASE_SIZE:
        return ALIGNMENT_HEADS_BASE
    return tuple((layer, head) for layer in range(depth // 2, depth) for head in range(num_heads))


class AttentionDecoder(nn.Module):
    """Whisper decoder of any size; the output matrix is the transposed token embedding.

    Args:
        dim: D.
        depth: L.
        num_heads: H.
        vocab_size: V.
        max_tokens: most tokens of a clip, those of the prompt included.
        alignment_heads: (layer, head) of the cross-attention that follows the speech in time; None for the usual ones.
    """

    def __init__(
        self,
        *,
        dim: int = 512,
        depth: int = 6,
        num_heads: int = 8,
        vocab_size: int = 51865,
        max_tokens: int = 448,
        alignment_heads: tuple[tuple[int, int], ...] | None = None,
    ) -> None:
        super().__init__()
        self.dim, self.num_heads = dim, num_heads
        self.alignment_heads = alignment_heads or _usual_alignment_heads(depth, num_heads)
        self.embed_tokens = nn.Embedding(vocab_size, dim)
        self.embed_positions = nn.Embedding(max_tokens, dim)
        self.layers = nn.ModuleList(_Layer(dim, num_heads) for _ in range(depth))
        self.layer_norm = nn.LayerNorm(dim)

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> AttentionDecoder:
        """Load the decoder of a Hugging Face Whisper folder (`config.json`, `model.safetensors`).

        Raises:
            ValueError: a file or a parameter is missing, or one is left over.
        """
        from allears.transfer.surgery import load_prefixed, read_config

        config = read_config(Path(folder))
        decoder = cls(
            dim=config["d_model"],
            depth=config["decoder_layers"],
            num_heads=config["decoder_attention_heads"],
            vocab_size=config["vocab_size"],
            max_tokens=config["max_target_positions"],
        )
        load_prefixed(decoder, Path(folder), "model.decoder.")
        return decoder

    def forward(self, tokens: Tensor, frames: Tensor, frame_mask: Tensor | None = None) -> Tensor:
        """Teacher forcing: tokens (B, N), frames (B, T, D), frame_mask (B, T) -> logits (B, N, V)."""
        cache = self.start(frames, frame_mask)
        return self.step(tokens, cache)[0]

    def start(self, frames: Tensor, frame_mask: Tensor | None = None) -> Cache:
        """The empty cache of clips whose encoder frames are (B, T, D)."""
        cross = [(layer.encoder_attn.k_proj(frames), layer.encoder_attn.v_proj(frames)) for layer in self.layers]
        split = self.layers[0].encoder_attn.split
        empty = frames.new_zeros(len(self.layers), frames.shape[0], self.num_heads, 0, self.dim // self.num_heads)
        return Cache(
            empty,
            empty,
            torch.stack([split(k) for k, _ in cross]),
            torch.stack([split(v) for _, v in cross]),
            None if frame_mask is None else frame_mask[:, None, None, :],
        )

    def step(self, tokens: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        """Feed N more tokens (B, N). Returns logits (B, N, V) of the token after each, and the grown cache."""
        x, causal = self._embed(tokens, cache.self_keys.shape[3])
        keys, values = [], []
        for i, layer in enumerate(self.layers):
            h = layer.self_attn_layer_norm(x)
            keys.append(torch.cat([cache.self_keys[i], layer.self_attn.split(layer.self_attn.k_proj(h))], dim=2))
            values.append(torch.cat([cache.self_values[i], layer.self_attn.split(layer.self_attn.v_proj(h))], dim=2))
            x = x + layer.self_attn.attend(h, keys[-1], values[-1], causal)
            h = layer.encoder_attn_layer_norm(x)
            x = x + layer.encoder_attn.attend(h, cache.cross_keys[i], cache.cross_values[i], cache.cross_mask)
            x = layer.feed(x)
        logits = nn.functional.linear(self.layer_norm(x), self.embed_tokens.weight)
        grown = Cache(torch.stack(keys), torch.stack(values), cache.cross_keys, cache.cross_values, cache.cross_mask)
        return logits, grown

    def _embed(self, tokens: Tensor, past: int) -> tuple[Tensor, Tensor]:
        """Embedded tokens (B, N, D) and the causal mask (N, P + N), true where a token may look."""
        count = tokens.shape[1]
        x = self.embed_tokens(tokens) + self.embed_positions.weight[past : past + count]
        index = torch.arange(past + count, device=tokens.device)
        return x, index[None, :] <= index[past:, None]
