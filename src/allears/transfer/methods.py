"""The ways to adapt a trained model: which of its weights learn.

In: a model and a method. Out: the model, ready to be trained, and how many parameters learn where. Small heads and the
sharing's parts of the trained tasks always learn; the method says what becomes of the encoder, and of text decoders.

| method     | encoder                                        | text decoder             |
|------------|------------------------------------------------|--------------------------|
| `full`     | all                                            | all                      |
| `frozen`   | nothing                                        | all                      |
| `partial`  | the highest `layers` layers                    | all                      |
| `gradual`  | one more layer every `every_steps` (`thaw.py`) | all                      |
| `lora`     | LoRA (`lora.py`)                               | LoRA                     |
| `adapters` | adapters (`bottleneck.py`)                     | adapters                 |

`conditions` is for models that speak: the vectors of voices (and dialects) learn, and nothing else, heads neither.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Literal

from torch import nn

from allears.model import MultiTaskModel
from allears.transfer.bottleneck import add_bottlenecks
from allears.transfer.freeze import freeze, hold, stages_of
from allears.transfer.lora import add_lora

__all__ = ["TARGETS", "Method", "adapt_model", "linear_layers"]

log = logging.getLogger(__name__)

Method = Literal["frozen", "partial", "gradual", "lora", "adapters", "full", "conditions"]

TARGETS: Mapping[str, tuple[str, ...]] = {
    "q": ("q_proj",),
    "k": ("k_proj",),
    "v": ("v_proj",),
    "out": ("out_proj",),
    "ffn": ("fc1", "fc2", "grow", "shrink"),
}
"""Name of the field -> last names of linear layers: queries, keys, values, output of attention; feed-forward."""

_HALVES = ("out_proj", "fc2", "shrink")  # ends of a layer's halves: where adapters go


def adapt_model(
    model: MultiTaskModel,
    method: Method,
    *,
    layers: int = 2,
    rank: int = 8,
    alpha: float = 16.0,
    targets: Sequence[str] = ("q", "v"),
    parts: Sequence[str] = ("encoder", "decoder"),
    size: int = 32,
    tables: Sequence[str] = ("voices",),
) -> int:
    """Freeze and add what the method asks for. Returns how many parameters learn. `gradual` freezes nothing here.

    Args:
        model: with its weights loaded, or about to be.
        method: see the module.
        layers: of `partial`.
        rank, alpha, targets: of `lora`.
        parts: where LoRA or adapters go; the other of `encoder` and `decoder` stays as it is.
        size: of `adapters`.
        tables: of `conditions`: `voices`, `dialects`.

    Raises:
        ValueError: an unknown target or part, more layers than there are, nothing to adapt.
    """
    encoder = model.encoder
    if method == "frozen":
        freeze(encoder, "all")
    elif method == "partial":
        depth = len(stages_of(encoder).layers)
        if not 1 <= layers <= depth:
            raise ValueError(f"adapt.layers is {layers}, but the encoder has {depth}: give 1 to {depth}")
        freeze(encoder, f"lower {depth - layers}")
    elif method == "conditions":
        _free_tables(model, tables)
    elif method in ("lora", "adapters"):
        for module in _bodies(model):
            module.requires_grad_(False)
        if method == "lora":
            num_added = add_lora(model, linear_layers(model, _last_names(targets), parts), rank=rank, alpha=alpha)
        else:
            num_added = add_bottlenecks(model, linear_layers(model, _HALVES, parts), size=size)
        log.info("%s adds %d parameters", method, num_added)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def linear_layers(model: MultiTaskModel, last_names: Sequence[str], parts: Sequence[str]) -> list[str]:
    """Names of the linear layers called so, in the parts (`encoder`, `decoder`).

    Raises:
        ValueError: another part, or there are none.
    """
    if unknown := sorted(set(parts) - {"encoder", "decoder"}):
        raise ValueError(f"adapt.parts names {unknown}, allowed are encoder and decoder")
    found = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and name.rpartition(".")[2] in last_names and _part_of(name) in parts
    ]
    if not found:
        raise ValueError(
            f"{', '.join(parts)} have no linear layers called {', '.join(last_names)}: adapt.targets and adapt.parts "
            "are for encoders and decoders of attention; use the method full, partial or frozen"
        )
    return found


def _free_tables(model: MultiTaskModel, tables: Sequence[str]) -> None:
    """Everything is held but the tables of the encoder."""
    modules = dict(model.encoder.named_children())
    if missing := [name for name in tables if not isinstance(modules.get(name), nn.Embedding)]:
        raise ValueError(
            f"the encoder has no table of {', '.join(missing)}: adapt.method conditions is for models that speak, "
            "whose encoder is `text` with the tables voices and dialects"
        )
    for module in (model.sharing, *model.heads.values(), *(m for name, m in modules.items() if name not in tables)):
        hold(module)


def _bodies(model: MultiTaskModel) -> list[nn.Module]:
    """Encoder and text decoders."""
    decoders = (getattr(head, "decoder", None) for head in model.heads.values())
    return [model.encoder, *(decoder for decoder in decoders if isinstance(decoder, nn.Module))]


def _part_of(name: str) -> str | None:
    if name.startswith("encoder."):
        return "encoder"
    return "decoder" if name.startswith("heads.") and ".decoder." in name else None


def _last_names(targets: Sequence[str]) -> list[str]:
    if unknown := sorted(set(targets) - set(TARGETS)):
        raise ValueError(f"adapt.targets names {unknown}, allowed are {', '.join(TARGETS)}")
    return [name for target in targets for name in TARGETS[target]]
