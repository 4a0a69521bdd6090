"""A small BERT as a network: embedded word pieces -> a state a piece, with weights of one that was trained elsewhere.

In: piece numbers (B, T) and how many of them are real. Out: states (B, T, D). The network is BERT's (Devlin et al.
2019), with the weights of a small one (MiniLM: Wang et al. 2020, 6 layers of width 384) read from `model.safetensors`.
Ours differs: no dropout inside (its random numbers cost a fifth of a step on a CPU; the words are made noisy
instead), one kind of segment, whose embedding is added to that of the positions.

Letters: B sentences, T pieces, D width, V vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

import torch
from torch import Tensor, nn

from allears.parts.heads import frame_mask

__all__ = ["Bert", "load_bert"]

EPSILON = 1e-12  # BERT's layer norms


class _Layer(nn.Module):
    """Attention and a feed-forward network, the norm after each sum (BERT's order)."""

    def __init__(self, dim: int, num_heads: int, inner: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, inner), nn.Linear(inner, dim)
        self.norm1, self.norm2 = nn.LayerNorm(dim, EPSILON), nn.LayerNorm(dim, EPSILON)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """x (B, T, D), bias (B, 1, 1, T): 0 at a real piece, very low past the end; None if all are real."""
        batch, length, dim = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        weights = (scores if bias is None else scores + bias).softmax(-1)
        x = self.norm1(x + self.out((weights @ v).transpose(1, 2).reshape(batch, length, dim)))
        out: Tensor = self.norm2(x + self.down(nn.functional.gelu(self.up(x))))
        return out


class Bert(nn.Module):
    """See the module.

    Args:
        vocabulary: V.
        dim: D.
        num_layers, num_heads, inner: of the network; `inner` is the width between the two matrices of a layer.
        max_pieces: longest text.
    """

    def __init__(
        self, *, vocabulary: int, dim: int = 384, num_layers: int = 6, num_heads: int = 12, inner: int = 1536,
        max_pieces: int = 128,
    ) -> None:  # fmt: skip
        super().__init__()
        self.dim, self.num_layers, self.max_pieces = dim, num_layers, max_pieces
        self.num_heads = nn.Buffer(torch.tensor(num_heads))  # a size that no weight's shape tells
        self.pieces = nn.Embedding(vocabulary, dim)
        self.positions = nn.Parameter(0.02 * torch.randn(max_pieces, dim))
        self.norm = nn.LayerNorm(dim, EPSILON)
        self.layers = nn.ModuleList(_Layer(dim, num_heads, inner) for _ in range(num_layers))

    @classmethod
    def like(cls, weights: Mapping[str, Tensor], *, prefix: str = "") -> Self:
        """A network of the sizes of a state dict; its weights are not loaded."""
        own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        vocabulary, dim = own["pieces.weight"].shape
        return cls(
            vocabulary=vocabulary, dim=dim, num_layers=sum(name.endswith(".up.weight") for name in own),
            num_heads=int(own["num_heads"]), inner=len(own["layers.0.up.weight"]), max_pieces=len(own["positions"]),
        )  # fmt: skip

    def read(self, embedded: Tensor, num_pieces: Tensor | None) -> Tensor:
        """Embedded pieces (B, T, D) -> the last layer (B, T, D); `num_pieces` (B,) None if all of them are real."""
        length = embedded.shape[1]
        x: Tensor = self.norm(embedded + self.positions[:length])
        bias = None if num_pieces is None else (frame_mask(num_pieces, length) - 1.0)[:, None, None, :] * 1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x


_B = TypeVar("_B", bound=Bert)


def load_bert(
    folder: Path, vocabulary: Sequence[str], *, make: type[_B], num_layers: int | None = None, max_pieces: int = 128
) -> _B:
    """A network with the weights of a BERT folder (`config.json`, `tokenizer.json`, `model.safetensors`).

    Args:
        make: class of the network.
        folder: in the layout of Hugging Face.
        vocabulary: the pieces to keep, all of them in the folder's.
        num_layers: the lowest so many; None for all.
        max_pieces: longest text.

    Raises:
        ValueError: a file is missing, or is of another network, or a piece is not in its vocabulary.
    """
    from safetensors.torch import load_file

    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        if not (folder / name).is_file():
            raise ValueError(f"{folder} has no {name}: give the folder of a BERT in Hugging Face's layout")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    number = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    missing = [piece for piece in vocabulary if piece not in number]
    if missing:
        raise ValueError(f"{len(missing)} pieces, as {missing[:3]}, are not in the vocabulary of {folder}")
    network = make(
        vocabulary=len(vocabulary),
        dim=config["hidden_size"],
        num_layers=num_layers or config["num_hidden_layers"],
        num_heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        max_pieces=max_pieces,
    )
    weights = {
        name.removeprefix("bert."): value.float() for name, value in load_file(folder / "model.safetensors").items()
    }
    try:
        network.load_state_dict(_renamed(weights, network, [number[piece] for piece in vocabulary]))
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{folder} does not hold the weights of a BERT: {error}") from error
    return network


def _renamed(weights: Mapping[str, Tensor], network: Bert, kept: Sequence[int]) -> dict[str, Tensor]:
    top = "embeddings"
    segment = weights[f"{top}.token_type_embeddings.weight"][0]
    new = {
        "num_heads": network.num_heads,
        "pieces.weight": weights[f"{top}.word_embeddings.weight"][list(kept)],
        "positions": weights[f"{top}.position_embeddings.weight"][: network.max_pieces] + segment,
    }
    names = {"norm": f"{top}.LayerNorm"}
    for i in range(network.num_layers):
        old = f"encoder.layer.{i}"
        names |= {
            f"layers.{i}.out": f"{old}.attention.output.dense",
            f"layers.{i}.norm1": f"{old}.attention.output.LayerNorm",
            f"layers.{i}.up": f"{old}.intermediate.dense",
            f"layers.{i}.down": f"{old}.output.dense",
            f"layers.{i}.norm2": f"{old}.output.LayerNorm",
        }
        for part in ("weight", "bias"):
            qkv = [weights[f"{old}.attention.self.{one}.{part}"] for one in ("query", "key", "value")]
            new[f"layers.{i}.qkv.{part}"] = torch.cat(qkv)
    return new | {f"{ours}.{p}": weights[f"{theirs}.{p}"] for ours, theirs in names.items() for p in ("weight", "bias")}
