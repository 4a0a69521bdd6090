"""How much an encoder's heads and columns matter to what the model says, found by hearing clips.

In: a network and clips. Out: a score for each attention head and each column of each layer.
Source: Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning": the change of the loss without a part
is, to first order, I = (sum over its weights of g w)^2, here summed over clips. The weights of a part are those that
carry it on (its columns of `out_proj` or `fc2`), which is the score of a gate on its output.
Ours differs in the loss: there are no labels. Each head of the model is asked about a class drawn from what it says
itself, the Fisher information's way, and an embedding along a direction drawn at random.

Letters: C classes or columns, E size of an embedding, H heads, D width, T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from allears.model import MultiTaskModel
from allears.parts.clean_head import run_head

__all__ = ["Scores", "magnitude_scores", "taylor_scores"]

Scores = tuple[list[Tensor], list[Tensor]]
"""Of heads (H,) and of columns (C,), layer by layer."""

_UNIT = 1e-3  # vectors whose length is as near to 1 as this are embeddings


def magnitude_scores(model: MultiTaskModel) -> Scores:
    """Squared norms of the weights that carry each head and column on: needs no clips."""
    return _over(model, lambda weight: weight.detach().square())


def taylor_scores(model: MultiTaskModel, clips: Sequence[np.ndarray], *, seed: int = 0) -> Scores:
    """The scores of the module, mean over clips (S,).

    Raises:
        ValueError: there are no clips.
    """
    if not clips:
        raise ValueError("Taylor scores are found by hearing clips, and there are none: give --measure")
    generator = torch.Generator().manual_seed(seed)
    total: Scores | None = None
    for clip in clips:
        model.zero_grad()
        _loss(model, torch.from_numpy(clip), generator).backward()  # type: ignore[no-untyped-call]
        found = _over(model, lambda weight: weight.detach() * weight.grad, is_squared=True)
        total = found if total is None else _sum(total, found)
    model.zero_grad()
    assert total is not None
    return total


def _loss(model: MultiTaskModel, clip: Tensor, generator: torch.Generator) -> Tensor:
    """Sum over tasks; the encoder's output counts as one, for what text decoders read."""
    hidden = cast(Any, model.encoder)(clip[None], torch.tensor([len(clip)]))
    loss = _pull(nn.functional.layer_norm(hidden.layers[-1], (hidden.layers.shape[-1],)), generator)
    features = cast(Any, model.sharing)(hidden, list(model.heads))
    for name, head in model.heads.items():
        loss = loss + _asked(run_head(head, features[name], hidden.num_frames, clip[None]), generator)
    return loss


def _asked(output: Tensor, generator: torch.Generator) -> Tensor:
    """Cross-entropy with classes drawn from the output (1, C) or (1, T, C) itself."""
    if output.ndim == 2 and abs(float(output.detach().norm()) - 1.0) < _UNIT:
        return _pull(output, generator)
    if output.shape[-1] == 1:
        drawn = torch.bernoulli(output.detach().sigmoid(), generator=generator)
        return nn.functional.binary_cross_entropy_with_logits(output, drawn)
    logits = output.flatten(0, -2)
    drawn = torch.multinomial(logits.detach().softmax(-1), 1, generator=generator)[:, 0]
    return nn.functional.cross_entropy(logits, drawn)


def _pull(output: Tensor, generator: torch.Generator) -> Tensor:
    """How far it goes along a random direction, mean over frames."""
    along = torch.randn(output.shape, generator=generator)
    pulled: Tensor = (output * along).sum(-1).mean() / output.shape[-1] ** 0.5
    return pulled


def _over(model: MultiTaskModel, value: Any, *, is_squared: bool = False) -> Scores:
    """Sums of `value(weight)` (D, inputs) over what belongs to each head and each column."""
    heads, columns = [], []
    for layer in cast(Any, model.encoder).layers:
        carried = value(layer.self_attn.out_proj.weight).sum(0).reshape(layer.self_attn.num_heads, -1).sum(1)
        wide = value(layer.fc2.weight).sum(0)
        heads.append(carried.square() if is_squared else carried)
        columns.append(wide.square() if is_squared else wide)
    return heads, columns


def _sum(one: Scores, other: Scores) -> Scores:
    return [a + b for a, b in zip(one[0], other[0], strict=True)], [
        a + b for a, b in zip(one[1], other[1], strict=True)
    ]
