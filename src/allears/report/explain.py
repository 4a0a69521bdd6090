"""What an answer comes from: which frames, which layers, and where pooling looked.

In: a trained model and one clip. Out: for each task a relevance (L, T) that adds up to the answer, and attention (T,).
Source: Sundararajan et al. 2017, "Axiomatic Attribution for Deep Networks" (integrated gradients):
IG_i(x) = (x_i - x'_i) int_0^1 dF(x' + a (x - x')) / dx_i da, with x' a baseline, and sum_i IG_i = F(x) - F(x').
Ours: x are the encoder's layers (L, T, D), not the samples, so that one number a layer and frame (the sum over D) says
where the answer was read; x' are the layers of silence of the same length; the integral is the midpoint rule, whose
error is reported as `completeness`.
F is the log probability of the class that is said; for frames the mean of the logits that are said; for an embedding
its cosine with itself, so that relevance is what sets the voice apart from silence.

Letters: B clips (1), S samples, L layers, T frames, D width, C classes, H pooled width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from allears.encoders.base import Encoder, Hidden
from allears.model import MultiTaskModel
from allears.parts.clean_head import run_head
from allears.parts.heads import AttentivePooling
from allears.sharing.base import Sharing
from allears.tasks.base import Task

__all__ = ["NUM_POINTS", "Explained", "explain", "integrated_gradients"]

NUM_POINTS = 32  # of the integral


@dataclass(frozen=True)
class Explained:
    """One task's answer to one clip.

    Attributes:
        task: its name.
        answer: what it says, in words.
        relevance: (L, T), above 0 where a frame of a layer speaks for the answer.
        completeness: sum of the relevance / (F(x) - F(x')); 1 is exact. None if the clip says what silence does.
        attention: (T,) mean weight a frame of attentive pooling, summing to 1; None if the head has no such pooling.
    """

    task: str
    answer: str
    relevance: np.ndarray
    completeness: float | None
    attention: np.ndarray | None


def explain(model: MultiTaskModel, audio: np.ndarray) -> tuple[dict[str, Explained], dict[str, str]]:
    """Explain every task's answer to one clip (S,).

    Returns:
        task -> explained, and task -> why it is not (its head gives no plain numbers).
    """
    heard, silence = _layers(model, audio), _layers(model, np.zeros_like(audio))
    samples = torch.from_numpy(np.ascontiguousarray(audio, np.float32))[None]
    found: dict[str, Explained] = {}
    refused: dict[str, str] = {}
    for name, task in model.tasks.items():
        with torch.no_grad():
            output = _output(model, name, heard, heard.layers, samples)
        if not isinstance(output, Tensor) or output.ndim not in (2, 3):
            refused[name] = "its head gives no plain numbers a clip or a frame"
            continue
        score, answer = _score(task, output)
        relevance, completeness = integrated_gradients(
            lambda layers, name=name, score=score: score(_output(model, name, heard, layers, samples)),  # type: ignore[misc]
            heard.layers,
            silence.layers,
        )
        attention = _attention(model, name, heard, samples)
        found[name] = Explained(name, answer, relevance, completeness, attention)
    return found, refused


def integrated_gradients(
    score: Callable[[Tensor], Tensor], layers: Tensor, baseline: Tensor, *, num_points: int = NUM_POINTS
) -> tuple[np.ndarray, float | None]:
    """Relevance (L, T) and completeness of a scalar score, from layers and baseline (L, 1, T, D)."""
    change, total = layers - baseline, torch.zeros_like(layers)
    for point in range(num_points):
        here = (baseline + (point + 0.5) / num_points * change).requires_grad_()
        (gradient,) = torch.autograd.grad(score(here), here)
        total += gradient / num_points
    relevance = (total * change).sum(-1)[:, 0]
    with torch.no_grad():
        difference = float(score(layers) - score(baseline))
    is_flat = abs(difference) < 1e-9
    return relevance.double().numpy(), None if is_flat else float(relevance.double().sum()) / difference


@torch.no_grad()
def _layers(model: MultiTaskModel, audio: np.ndarray) -> Hidden:
    samples = torch.from_numpy(np.ascontiguousarray(audio, np.float32))[None]
    hidden: Hidden = cast(Encoder, model.encoder)(samples, torch.tensor([samples.shape[1]]))
    return hidden


def _output(model: MultiTaskModel, name: str, heard: Hidden, layers: Tensor, audio: Tensor) -> Any:
    """What a head makes of layers (L, 1, T, D) in place of those heard in audio (1, S)."""
    features = cast(Sharing, model.sharing)(replace(heard, layers=layers), [name])
    assert heard.num_frames is not None
    return run_head(model.heads[name], features[name], heard.num_frames, audio)


def _score(task: Task, output: Tensor) -> tuple[Callable[[Tensor], Tensor], str]:
    """The scalar to explain, given the output on the clip itself, and the answer in words."""
    kind = task.spec.decode["kind"]
    if kind == "embedding":
        own = output[0].clone()
        return lambda given: (given[0] * own).sum(), "the voice itself"
    if output.ndim == 2 and output.shape[1] == 1:
        return lambda given: given[0, 0], f"{float(output[0, 0]):.3g}"
    if output.ndim == 2:
        said = int(output[0].argmax())
        probability = float(output[0].softmax(-1)[said])
        return lambda given: given[0].log_softmax(-1)[said], f"{_name(task, said)} ({probability:.0%})"
    if output.shape[2] == 1:
        share = float((output[0, :, 0] > 0).float().mean())
        return lambda given: given[0, :, 0].mean(), f"{_name(task, 0)} in {share:.0%} of the frames"
    said_frames = output[0].argmax(-1, keepdim=True)
    most = int(said_frames.mode(0).values)
    return lambda given: given[0].gather(1, said_frames).mean(), f"mostly {_name(task, most)}"


def _name(task: Task, index: int) -> str:
    return str(task.spec.classes[index]) if index < len(task.spec.classes) else f"output {index}"


@torch.no_grad()
def _attention(model: MultiTaskModel, name: str, heard: Hidden, audio: Tensor) -> np.ndarray | None:
    """Attention of the head's first attentive pooling, meaned over its H channels."""
    pool = next((m for m in model.heads[name].modules() if isinstance(m, AttentivePooling)), None)
    if pool is None:
        return None
    seen: list[Tensor] = []

    def keep(module: nn.Module, given: tuple[Tensor, Tensor], _: object) -> None:
        x, mask = given
        scores = cast(AttentivePooling, module).score(x) + (mask[:, :, None] - 1.0) * 1e4
        seen.append(scores.softmax(dim=1).mean(-1)[0])

    handle = pool.register_forward_hook(keep)
    try:
        _output(model, name, heard, heard.layers, audio)
    finally:
        handle.remove()
    weights: np.ndarray = seen[0].double().numpy()
    return weights
