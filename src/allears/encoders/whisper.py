"""Whisper's encoder, run on the real length of a clip plus a short silent tail instead of on 30 s.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: `Hidden`, the frames of every layer.
Source: Radford et al. 2022. Ours differs: the input is not padded to 30 s; `tail_s` of silence follows the clip, since
the decoder rests its attention on silence when it ends a sentence (without it, it repeats itself). What lies past 30 s,
tail included, is not heard: the positions end there. `is_padded` hears 30 s as the original does, for comparison.

Letters: B clips, S samples, M mel frames (10 ms), T encoder frames (20 ms), D width, L layers, H heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from allears.encoders import ENCODERS
from allears.encoders.base import Hidden
from allears.encoders.logmel import HOP, SAMPLE_RATE, LogMel
from allears.parts.attention_layer import AttentionLayer

__all__ = ["LayerSize", "WhisperEncoder", "whisper"]

MAX_FRAMES = 1500  # 30 s at 50 frames/s: as far as Whisper's positions go
SAMPLES_PER_FRAME = 2 * HOP  # the second convolution halves the rate
MAX_SAMPLES = MAX_FRAMES * SAMPLES_PER_FRAME


@dataclass(frozen=True)
class LayerSize:
    """How large a layer is.

    Attributes:
        heads: of attention.
        columns: width between its two matrices.
        head_width: of one head; D / heads if None.
    """

    heads: int
    columns: int
    head_width: int | None = None


class WhisperEncoder(nn.Module):
    """Whisper encoder of any size.

    Args:
        dim: D.
        depth: layers of attention.
        num_heads: H.
        tail_s: silence put after each clip, seconds.
        num_mels: mel bands; 128 in large-v3, 80 in all others.
        hidden_dim: width between the two matrices of a layer; 4 D if None.
        is_padded: whether every clip is padded with silence to 30 s (many times slower on short clips).
        pruned: sizes of each layer, lowest first, if some were made smaller (`compress/methods/structured.py`).

    Attributes:
        dim: width D of its frames.
        num_layers: L, how many layers `Hidden.layers` stacks: the input of the first layer and the output of each;
            the last one is the layer-normed output that Whisper's decoder reads.
        frame_shift_s: 0.02.
        tail_s: silence put after each clip, seconds.
    """

    frame_shift_s = SAMPLES_PER_FRAME / SAMPLE_RATE

    def __init__(
        self,
        dim: int = 512,
        depth: int = 6,
        num_heads: int = 8,
        tail_s: float = 1.0,
        *,
        num_mels: int = 80,
        hidden_dim: int | None = None,
        is_padded: bool = False,
        pruned: Sequence[LayerSize] | None = None,
    ) -> None:
        super().__init__()
        self.dim, self.num_layers, self.tail_s, self.is_padded = dim, depth + 1, tail_s, is_padded
        self.tail_samples = round(tail_s * SAMPLE_RATE)
        self.log_mel = LogMel(num_mels)
        self.conv1 = nn.Conv1d(num_mels, dim, kernel_size=3, padding=1)
        self.conv2 = nn.Conv1d(dim, dim, kernel_size=3, stride=2, padding=1)
        self.register_buffer("positions", _sinusoids(MAX_FRAMES, dim))
        self.positions: Tensor
        sizes = [LayerSize(num_heads, hidden_dim or 4 * dim)] * depth if pruned is None else pruned
        self.layers = nn.ModuleList(AttentionLayer(dim, size.heads, size.columns, size.head_width) for size in sizes)
        self.layer_norm = nn.LayerNorm(dim)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], tail_s: float = 1.0, *, is_padded: bool = False) -> WhisperEncoder:
        """Fresh weights, sizes of a Hugging Face `config.json`.

        Raises:
            ValueError: the model hears another length than 30 s.
        """
        if config.get("max_source_positions", MAX_FRAMES) != MAX_FRAMES:
            raise ValueError(f"max_source_positions is {config['max_source_positions']}, Whisper's is {MAX_FRAMES}")
        return cls(
            config["d_model"],
            config["encoder_layers"],
            config["encoder_attention_heads"],
            tail_s,
            num_mels=config.get("num_mel_bins", 80),
            hidden_dim=config.get("encoder_ffn_dim"),
            is_padded=is_padded,
        )

    @classmethod
    def from_pretrained(cls, folder: str | Path, tail_s: float = 1.0, *, is_padded: bool = False) -> WhisperEncoder:
        """Load the encoder of a Hugging Face Whisper folder (`config.json`, `model.safetensors`).

        Raises:
            ValueError: a file or a parameter is missing, or one is left over.
        """
        from allears.transfer.surgery import load_prefixed, read_config

        encoder = cls.from_config(read_config(Path(folder)), tail_s, is_padded=is_padded)
        load_prefixed(encoder, Path(folder), "model.encoder.", rename={"embed_positions.weight": "positions"})
        return encoder

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Encoder frames of clips of `num_samples` samples, tail included, (B,) -> (B,)."""
        return ((num_samples + self.tail_samples + SAMPLES_PER_FRAME - 1) // SAMPLES_PER_FRAME).clamp(max=MAX_FRAMES)

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """audio (B, S), num_samples (B,) -> Hidden of T frames; without `num_samples` every clip is S long."""
        whole = audio.shape[1] + self.tail_samples
        pad_to = (
            (whole + SAMPLES_PER_FRAME - 1) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
        )  # exported // truncates: no negatives
        if self.is_padded:
            mel = self.log_mel(nn.functional.pad(audio, (0, MAX_SAMPLES))[:, :MAX_SAMPLES])
            layers = self._stack(mel, None, None)[:, :, : pad_to // SAMPLES_PER_FRAME]
            return Hidden(layers, None if num_samples is None else self.num_frames(num_samples))
        mel = self.log_mel(nn.functional.pad(audio, (0, pad_to - audio.shape[1])))[:, :, : 2 * MAX_FRAMES]
        if num_samples is None:
            return Hidden(self._stack(mel, None, None), None)
        frames = self.num_frames(num_samples)
        mel_mask = torch.arange(mel.shape[2], device=mel.device)[None, :] < 2 * frames[:, None]
        return Hidden(self._stack(mel, mel_mask, frames), frames)

    def upper_layers(self, at: int) -> dict[str, Tensor]:
        """State of the layers above `Hidden.layers[at]` and of the last norm; the first of them is number 0."""
        state = {name: value.detach() for name, value in self.layer_norm.state_dict(prefix="layer_norm.").items()}
        for number, layer in enumerate(self.layers[at:]):
            state |= {name: value.detach() for name, value in layer.state_dict(prefix=f"layers.{number}.").items()}
        return state

    def _stack(self, mel: Tensor, mel_mask: Tensor | None, frames: Tensor | None) -> Tensor:
        """(B, 80, M) -> (L, B, T, D); frames past a clip's end touch nothing before it."""
        x = nn.functional.gelu(self.conv1(mel if mel_mask is None else mel * mel_mask[:, None, :]))
        x = nn.functional.gelu(self.conv2(x if mel_mask is None else x * mel_mask[:, None, :]))
        x = x.transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        mask = None
        if frames is not None:
            mask = (torch.arange(x.shape[1], device=x.device)[None, :] < frames[:, None])[:, None, None, :]
        stack = [x]
        for layer in self.layers:
            x = layer(x, mask)
            stack.append(x)
        stack[-1] = self.layer_norm(x)
        return torch.stack(stack)


def _sinusoids(length: int, dim: int) -> Tensor:
    """Sine and cosine positions, (length, dim), as Vaswani et al. 2017 with Whisper's halves side by side."""
    step = torch.log(torch.tensor(10_000.0)) / (dim // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(dim // 2))[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@ENCODERS.register
def whisper(
    *,
    pretrained: str | None = None,
    dim: int = 512,
    depth: int = 6,
    num_heads: int = 8,
    tail_s: float = 1.0,
    heads: Sequence[int] | None = None,
    columns: Sequence[int] | None = None,
    head_width: int | None = None,
) -> WhisperEncoder:
    """Whisper's encoder: from a Hugging Face folder if `pretrained` is given, else fresh with the given sizes.

    Args:
        pretrained: folder.
        dim: D.
        depth: layers of attention.
        num_heads: of attention in each layer.
        tail_s: silence put after each clip, seconds.
        heads: of each layer, for an encoder that was pruned; with `columns` and `head_width`.
        columns: width between the matrices of each layer, likewise.
        head_width: of one head, likewise.

    Raises:
        ValueError: `heads` and `columns` that do not name every layer.
    """
    if pretrained is not None:
        return WhisperEncoder.from_pretrained(pretrained, tail_s)
    if heads is None and columns is None:
        return WhisperEncoder(dim, depth, num_heads, tail_s)
    if heads is None or columns is None or not len(heads) == len(columns) == depth:
        raise ValueError(f"`heads` is {heads} and `columns` {columns}: give both, a number for each of {depth} layers")
    width = head_width or dim // num_heads
    sizes = [LayerSize(*size, width) for size in zip(heads, columns, strict=True)]
    return WhisperEncoder(dim, depth, num_heads, tail_s, pruned=sizes)
