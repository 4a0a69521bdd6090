"""wav2vec 2.0, HuBERT and WavLM of `transformers`, run so that a clip is the same alone and in a batch.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: `Hidden`, the input of the first layer and the
output of each, as `transformers` gives them for the clip alone; the last one is its `last_hidden_state`.
Source: Baevski et al. 2020 (wav2vec 2.0), Hsu et al. 2021 (HuBERT), Chen et al. 2022 (WavLM). Ours differs:
- The base models norm their first convolution over time (a group norm with a channel a group). `transformers` takes
  padding into that norm, so that a clip changes with its neighbours; here mean and variance are of the real frames.
- What their processors do (`do_normalize`: each clip to mean 0 and variance 1) is done inside, over the real samples.
- While training, no LayerDrop (a task that reads the layer left out would hear the one below, and the layer would have
  no gradient) and no SpecAugment (it hides frames that other tasks speak about).
- WavLM's attention goes through one fused call; `transformers` also computes the mean of its weights, which nobody
  reads.

Letters: B clips, S samples, T frames (20 ms), C channels, D width, H heads, L layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden, Stages
from allears.encoders.logmel import SAMPLE_RATE
from allears.parts.padding import frame_mask, keep

__all__ = ["HfWaveformEncoder"]

_MIN_VARIANCE = 1e-7  # of a clip's samples; what the processors of `transformers` add


class HfWaveformEncoder(nn.Module):
    """See the module.

    Args:
        model: a `Wav2Vec2Model`, `HubertModel` or `WavLMModel`; its quantiser and adapter, if any, are not used.
        is_normalised: whether each clip is brought to mean 0 and variance 1 first.

    Attributes:
        dim: D.
        num_layers: L.
        frame_shift_s: product of the convolutions' strides, 0.02 for all that were published.
        tail_s: 0.0, nothing follows the clip.
    """

    tail_s = 0.0

    def __init__(self, model: Any, *, is_normalised: bool) -> None:
        super().__init__()
        config = model.config
        self.is_normalised = is_normalised
        self.dim, self.num_layers = config.hidden_size, config.num_hidden_layers + 1
        self.windows = tuple(zip(config.conv_kernel, config.conv_stride, strict=True))
        self.min_samples, step = _reach(self.windows)
        self.frame_shift_s = step / SAMPLE_RATE
        self.is_normed_last = bool(config.do_stable_layer_norm)
        self.feature_extractor, self.feature_projection = model.feature_extractor, model.feature_projection
        self.encoder = model.encoder
        self.has_position_bias = config.model_type == "wavlm"
        if self.has_position_bias:
            for layer in self.encoder.layers:
                layer.attention.torch_multi_head_self_attention = MethodType(_attend, layer.attention)

    def stages(self) -> Stages:
        """The convolutions, what projects and places their output, the layers."""
        between = [self.feature_projection, self.encoder.pos_conv_embed, self.encoder.dropout]
        if not self.is_normed_last:
            between.append(self.encoder.layer_norm)
        return Stages((self.feature_extractor,), tuple(between), tuple(self.encoder.layers))

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Encoder frames of clips of `num_samples` samples, (B,) -> (B,); a clip too short for one is padded to it."""
        return self._counts(num_samples)[-1]

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """audio (B, S), num_samples (B,) -> Hidden of T frames; without `num_samples` every clip is S long.

        An exported graph cannot pad: it wants S to be at least `min_samples` (25 ms).
        """
        counts = None if num_samples is None else self._counts(num_samples)
        if self.is_normalised:
            audio = _normalise(audio, num_samples)
        if audio.shape[1] < self.min_samples:
            audio = nn.functional.pad(audio, (0, self.min_samples - audio.shape[1]))
        x = self._convolve(audio, counts)
        frames = None if counts is None else counts[-1]
        x = self.feature_projection(x)
        x = keep(x[0] if isinstance(x, tuple) else x, frames)
        x = x + self.encoder.pos_conv_embed(x)
        x = self.encoder.dropout(x if self.is_normed_last else self.encoder.layer_norm(x))
        return Hidden(self._stack(x, frames), frames)

    def _counts(self, num_samples: Tensor) -> list[Tensor]:
        """Real frames after each convolution, each (B,)."""
        counts = [num_samples.clamp(min=self.min_samples)]
        for kernel, stride in self.windows:
            counts.append((counts[-1] - kernel) // stride + 1)
        return counts[1:]

    def _convolve(self, audio: Tensor, counts: Sequence[Tensor] | None) -> Tensor:
        """(B, S) -> (B, T, C); no real frame sees a sample past its clip."""
        x = audio[:, None]
        for i, layer in enumerate(self.feature_extractor.conv_layers):
            norm = getattr(layer, "layer_norm", None)
            if isinstance(norm, nn.GroupNorm) and counts is not None:
                x = layer.activation(_norm_over_time(layer.conv(x), norm, counts[i]))
            else:
                x = layer(x)
        return x.transpose(1, 2)

    def _stack(self, x: Tensor, frames: Tensor | None) -> Tensor:
        """(B, T, D) -> (L, B, T, D)"""
        mask = None if frames is None else frame_mask(x.shape[1], frames)
        stack = [x]
        if self.has_position_bias:
            bias = None
            for layer in self.encoder.layers:
                x, bias = layer(x, attention_mask=mask, position_bias=bias)[:2]
                stack.append(x)
        else:
            blocked = None if mask is None else _blocked(x, mask)
            for layer in self.encoder.layers:
                out = layer(x, attention_mask=blocked)
                x = out[0] if isinstance(out, tuple) else out  # a tuple up to transformers 4
                stack.append(x)
        if self.is_normed_last:
            stack[-1] = self.encoder.layer_norm(x)
        return torch.stack(stack)


def _reach(windows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Samples that one frame sees, and samples from one frame to the next."""
    reach, step = 1, 1
    for kernel, stride in windows:
        reach, step = reach + (kernel - 1) * step, step * stride
    return reach, step


def _blocked(x: Tensor, mask: Tensor) -> Tensor:
    """What is added to scores, (B, 1, 1, T): 0 where a frame is real, the least number there is elsewhere."""
    return torch.zeros_like(mask, dtype=x.dtype).masked_fill(~mask, torch.finfo(x.dtype).min)[:, None, None, :]


def _normalise(audio: Tensor, num_samples: Tensor | None) -> Tensor:
    """Mean 0 and variance 1 over the real samples of each clip (B, S), 0 past them."""
    if num_samples is None:
        variance, mean = torch.var_mean(audio, dim=1, correction=0, keepdim=True)
        return (audio - mean) / (variance + _MIN_VARIANCE).sqrt()
    count = num_samples.clamp(min=1)[:, None].to(audio.dtype)
    inside = frame_mask(audio.shape[1], num_samples)
    centred = (audio - (audio * inside).sum(1, keepdim=True) / count) * inside
    return centred / (centred.square().sum(1, keepdim=True) / count + _MIN_VARIANCE).sqrt()


def _norm_over_time(x: Tensor, norm: nn.GroupNorm, num_frames: Tensor) -> Tensor:
    """`norm`, a group norm with a channel a group, of x (B, C, T) by mean and variance of the real frames."""
    assert norm.num_groups == norm.num_channels
    inside = frame_mask(x.shape[2], num_frames)[:, None, :]
    count = num_frames[:, None, None].to(x.dtype)
    centred = x - (x * inside).sum(2, keepdim=True) / count
    variance = (centred.square() * inside).sum(2, keepdim=True) / count
    return centred / (variance + norm.eps).sqrt() * norm.weight[:, None] + norm.bias[:, None]


def _attend(attention: Any, x: Tensor, mask: Tensor | None, bias: Tensor, *_: object) -> tuple[Tensor, None]:
    """WavLM's attention: x (B, T, D), mask (B, T) true where real, gated position bias (B * H, T, T) -> (B, T, D)."""
    q, k, v = (
        project(x).unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)
        for project in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    added = bias.unflatten(0, (-1, attention.num_heads)).to(q.dtype)
    if mask is not None:
        added = added + _blocked(q, mask)
    dropout = attention.dropout if attention.training else 0.0
    mixed = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=added, dropout_p=dropout)
    return attention.out_proj(mixed.transpose(1, 2).flatten(2)), None
