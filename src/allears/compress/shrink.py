"""A Whisper encoder with fewer layers, attention heads, columns or numbers a frame: the same weights, those that stay.

In: a network and what stays. Out: the network, changed: its tensors are really smaller. What is left out is gone; how
well the rest does without is for `methods/` to choose and for a recovery training to mend.

Letters: D width of frames, H heads, C columns (width between the matrices of a layer).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from allears.encoders.whisper import LayerSize, WhisperEncoder
from allears.model import MultiTaskModel

__all__ = ["Keep", "everything", "head_width", "shrink"]

_READERS = ("project", "understood")  # layers of a head that read the encoder's frames


@dataclass(frozen=True)
class Keep:
    """What stays of an encoder.

    Attributes:
        heads: of each layer, by number; a layer without an entry is taken out.
        columns: likewise.
        dims: numbers of a frame.
    """

    heads: Mapping[int, Tensor]
    columns: Mapping[int, Tensor]
    dims: Tensor


def head_width(encoder: WhisperEncoder) -> int:
    """Numbers in a head of attention."""
    attention = cast(Any, encoder.layers[0]).self_attn
    return int(attention.q_proj.out_features) // int(attention.num_heads)


def everything(encoder: WhisperEncoder) -> Keep:
    """All of it: what to leave things out of."""
    layers = [cast(Any, layer) for layer in encoder.layers]
    return Keep(
        {i: torch.arange(layer.self_attn.num_heads) for i, layer in enumerate(layers)},
        {i: torch.arange(layer.fc1.out_features) for i, layer in enumerate(layers)},
        torch.arange(encoder.dim),
    )


def shrink(model: MultiTaskModel, keep: Keep) -> MultiTaskModel:
    """Change the model: its encoder, its tasks' weights of layers, and what its heads read.

    Raises:
        ValueError: the encoder is not Whisper's, its last layer is taken out, or a head cannot be made narrower.
    """
    encoder = model.encoder
    if not isinstance(encoder, WhisperEncoder):
        raise ValueError(f"only Whisper's encoder can be made smaller by shape, and this is {type(encoder).__name__}")
    layers = sorted(keep.heads)
    if not layers or layers[-1] != len(encoder.layers) - 1:
        raise ValueError("the last layer cannot be taken out: what text decoders read is made there")
    is_narrower = len(keep.dims) < encoder.dim
    model.encoder = _smaller(encoder, keep, layers)
    stacked = torch.tensor([0, *(layer + 1 for layer in layers)])  # the input of the first layer comes first
    mix = cast(Any, model.sharing).mix
    for task in list(mix):
        mix[task] = nn.Parameter(mix[task].detach()[stacked].clone())
    mix.dim = len(keep.dims)
    if is_narrower:
        for name, head in model.heads.items():
            _narrow(name, head, keep.dims, encoder.dim)
    return model


def _smaller(encoder: WhisperEncoder, keep: Keep, layers: Sequence[int]) -> WhisperEncoder:
    width = head_width(encoder)
    sizes = [LayerSize(len(keep.heads[i]), len(keep.columns[i]), width) for i in layers]
    made = WhisperEncoder(
        len(keep.dims),
        len(layers),
        sizes[0].heads,
        encoder.tail_s,
        num_mels=encoder.conv1.in_channels,
        is_padded=encoder.is_padded,
        pruned=sizes,
    )
    made.load_state_dict(_state(encoder, keep, layers, width))
    return made.eval()


def _state(encoder: WhisperEncoder, keep: Keep, layers: Sequence[int], width: int) -> dict[str, Tensor]:
    """The new encoder's state by its own names."""
    old, dims = encoder.state_dict(), keep.dims
    front = _front(old["conv1.weight"], old["conv2.weight"], len(dims))
    state = {
        "conv1.weight": old["conv1.weight"][front],
        "conv1.bias": old["conv1.bias"][front],
        "conv2.weight": old["conv2.weight"][dims][:, front],
        "conv2.bias": old["conv2.bias"][dims],
        "positions": old["positions"][:, dims],
        "layer_norm.weight": old["layer_norm.weight"][dims],
        "layer_norm.bias": old["layer_norm.bias"][dims],
    }
    for new, layer in enumerate(layers):
        inner = (keep.heads[layer][:, None] * width + torch.arange(width)).flatten()
        start = f"layers.{layer}."
        own = {name.removeprefix(start): value for name, value in old.items() if name.startswith(start)}
        state |= {f"layers.{new}.{name}": v for name, v in _layer(own, inner, keep.columns[layer], dims).items()}
    return state


def _front(first: Tensor, second: Tensor, count: int) -> Tensor:
    """Channels between the two convolutions that say most: norm of what makes each times norm of what reads it."""
    if count >= first.shape[0]:
        return torch.arange(first.shape[0])
    norms = first.flatten(1).norm(dim=1) * second.transpose(0, 1).flatten(1).norm(dim=1)
    best: Tensor = norms.topk(count).indices.sort().values
    return best


def _layer(own: Mapping[str, Tensor], inner: Tensor, columns: Tensor, dims: Tensor) -> dict[str, Tensor]:
    rows = {"q_proj": inner, "k_proj": inner, "v_proj": inner, "out_proj": dims, "fc1": columns, "fc2": dims}
    reads = {"out_proj": inner, "fc2": columns}  # all others read frames
    state = {}
    for name, value in own.items():
        part = name.split(".")[-2]
        chosen = value[rows.get(part, dims)]
        state[name] = chosen[:, reads.get(part, dims)] if value.ndim == 2 else chosen
    return state


def _narrow(name: str, head: nn.Module, dims: Tensor, width: int) -> None:
    """Let a head read fewer numbers a frame (of several frames at once, of each of them)."""
    readers = [(n, m) for n, m in head.named_modules() if n.split(".")[-1] in _READERS and isinstance(m, nn.Linear)]
    if not readers:
        raise ValueError(
            f"the head of {name!r} cannot read narrower frames (no layer of it is called {' or '.join(_READERS)}): "
            "leave the task out (--without), or make the encoder smaller in another way"
        )
    for path, linear in readers:
        frames = linear.in_features // width
        chosen = (torch.arange(frames)[:, None] * width + dims).flatten()
        made = nn.Linear(len(chosen), linear.out_features, bias=linear.bias is not None)
        with torch.no_grad():
            made.weight.copy_(linear.weight[:, chosen])
            if linear.bias is not None:
                made.bias.copy_(linear.bias)
        parent, _, last = path.rpartition(".")
        setattr(head.get_submodule(parent), last, made)
