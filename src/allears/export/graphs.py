"""The network cut into the files the runtime loads, as modules of plain tensor operations with one clip a run.

encoder:    audio (1, S)                                 -> layers (L, 1, T, D)
head:       layers (L, 1, T, D)                          -> output (1, T, C) or (1, C)
            layers, audio (1, S), for a head that hears both
cross:      layers (L, 1, T, D)                          -> key^T (1, H, D/H, T) and value (1, H, T, D/H) a layer
decoder:    embedded tokens (1, N, D), caches, cross     -> final states (1, N, D), grown caches, alignment (A, N, T)

Letters: S samples, L encoder layers, T frames, D width, H heads, N tokens fed, P tokens cached, A alignment heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from allears.encoders.base import Encoder, Hidden
from allears.parts.attention import Attention
from allears.parts.attention_decoder import AttentionDecoder
from allears.sharing.base import Sharing

__all__ = ["CrossGraph", "DecoderGraph", "EncoderGraph", "HeadGraph"]


class EncoderGraph(nn.Module):
    """The encoder on the whole of its input."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, audio: Tensor) -> Tensor:
        return cast(Encoder, self.encoder)(audio).layers


class HeadGraph(nn.Module):
    """A head with its own part of the sharing."""

    def __init__(self, sharing: nn.Module, head: nn.Module, task: str) -> None:
        super().__init__()
        self.sharing, self.head, self.task = sharing, head, task

    @property
    def needs_audio(self) -> bool:
        """Whether the head reads the samples beside the encoder's frames."""
        return bool(getattr(self.head, "needs_audio", False))

    def forward(self, layers: Tensor, audio: Tensor | None = None) -> Tensor:
        features = cast(Sharing, self.sharing)(Hidden(layers, None), [self.task])[self.task]
        num_frames = torch.full((1,), features.shape[1], dtype=torch.int64)
        return cast(Tensor, self.head(features, num_frames, *(() if audio is None else (audio,))))


class CrossGraph(nn.Module):
    """What the decoder of a task reads of a clip through its part of the sharing, computed once: keys (transposed for
    the product that follows) and values."""

    def __init__(self, sharing: nn.Module, decoder: AttentionDecoder, task: str) -> None:
        super().__init__()
        self.sharing, self.task = sharing, task
        self.attentions = nn.ModuleList(cast(Attention, layer.encoder_attn) for layer in decoder.layers)

    def forward(self, layers: Tensor) -> list[Tensor]:
        frames = cast(Sharing, self.sharing)(Hidden(layers, None), [self.task])[self.task]
        out = []
        for attention in self.attentions:
            out.append(attention.split(attention.k_proj(frames)).transpose(-1, -2))
            out.append(attention.split(attention.v_proj(frames)))
        return out


class DecoderGraph(nn.Module):
    """The decoder between the token embedding and the output matrix, which the exporter adds in int8 as one matrix."""

    def __init__(self, decoder: AttentionDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(
        self, embedded: Tensor, self_keys: Sequence[Tensor], self_values: Sequence[Tensor], cross: Sequence[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor], list[Tensor]]:
        """embedded (1, N, D) -> final (1, N, D), alignment (A, N, T), keys and values (1, H, P + N, D / H) a layer."""
        past, count = self_keys[0].shape[2], embedded.shape[1]
        x = embedded + self.decoder.embed_positions.weight[past : past + count]
        index = torch.arange(past + count)
        blocked = (index[None, :] > index[past:, None]).to(x.dtype) * -1e9
        keys, values, alignment = [], [], []
        for i, layer in enumerate(self.decoder.layers):
            attention, cross_attention = cast(Attention, layer.self_attn), cast(Attention, layer.encoder_attn)
            h = layer.self_attn_layer_norm(x)
            keys.append(torch.cat([self_keys[i], attention.split(attention.k_proj(h))], dim=2))
            values.append(torch.cat([self_values[i], attention.split(attention.v_proj(h))], dim=2))
            x = x + attention.attend_with_weights(h, keys[-1].transpose(-1, -2), values[-1], blocked)[0]
            h = layer.encoder_attn_layer_norm(x)
            mixed, weights = cross_attention.attend_with_weights(h, cross[2 * i], cross[2 * i + 1], None)
            x = layer.feed(x + mixed)
            alignment += [weights[0, head] for at, head in self.decoder.alignment_heads if at == i]
        return self.decoder.layer_norm(x), torch.stack(alignment), keys, values
