"""What a model costs: parameters of each part, and the arithmetic it takes to hear a clip of a given length.

In: a `MultiTaskModel` and seconds. Out: a row a part, as values and as a table.
Counted are multiplications and additions of matrix products, convolutions and recurrent layers, as
`torch.utils.flop_counter` counts them: two a multiply-add. What works element by element (norms, activations) is not.

Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from allears.audio import SAMPLE_RATE
from allears.encoders.base import Encoder, ReadsItems, some_input
from allears.model import MultiTaskModel
from allears.parts.clean_head import run_head
from allears.sharing.base import Sharing
from allears.spec import Resolution
from allears.steady import steady

__all__ = ["PartCost", "count", "table"]


@dataclass(frozen=True)
class PartCost:
    """One part of a model.

    Attributes:
        part: `encoder`, `sharing` (for all tasks at once) or `head:TASK`.
        parameters: all of them.
        trainable: those that training changes.
        flops: multiplications and additions for the clip; None where they cannot be told: a head whose work depends on
            what is said, an encoder that torch does not run.
    """

    part: str
    parameters: int
    trainable: int
    flops: int | None


def count(model: MultiTaskModel, seconds: float) -> list[PartCost]:
    """The cost of each part for one clip of that length (of silence, or of whatever the encoder reads).

    Raises:
        ValueError: a length that is not above 0.
    """
    if not seconds > 0.0:
        raise ValueError(f"seconds must be above 0, got {seconds!r}: give the length of the clip to count for")
    device = next(model.parameters()).device
    audio = torch.zeros(1, max(1, round(seconds * SAMPLE_RATE)), device=device)
    if isinstance(model.encoder, ReadsItems):
        audio = some_input(model.encoder, 1, seconds, device)
    num_samples = torch.tensor([audio.shape[1]], device=device)
    encoder, sharing = cast(Encoder, model.encoder), cast(Sharing, model.sharing)
    with steady(model), torch.no_grad():
        hidden, flops = _counted(lambda: encoder(audio, num_samples))
        rows = [_row("encoder", model.encoder, flops or None)]
        features, flops = _counted(lambda: sharing(hidden))
        rows.append(_row("sharing", model.sharing, flops))
        for name, head in model.heads.items():
            is_text = model.tasks[name].spec.resolution is Resolution.TEXT
            run = _Run(head, features[name], hidden.num_frames, audio)
            rows.append(_row(f"head:{name}", head, None if is_text else _counted(run)[1]))
    return rows


def table(rows: Sequence[PartCost]) -> str:
    """The rows as a Markdown table, in millions and billions."""
    lines = ["| part | parameters (M) | trained (M) | GFLOP |", "|---|---:|---:|---:|"]
    for row in rows:
        gflops = "" if row.flops is None else f"{row.flops / 1e9:.3f}"
        lines.append(f"| {row.part} | {row.parameters / 1e6:.3f} | {row.trainable / 1e6:.3f} | {gflops} |")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Run:
    """A head and what it reads."""

    head: nn.Module
    features: torch.Tensor
    num_frames: torch.Tensor
    audio: torch.Tensor

    def __call__(self) -> Any:
        return run_head(self.head, self.features, self.num_frames, self.audio)


def _counted(run: Callable[[], Any]) -> tuple[Any, int]:
    """What `run` gives, and its FLOPs."""
    with _without_onednn(), FlopCounterMode(display=False) as counter:
        result = run()
    return result, int(counter.get_total_flops())


@contextmanager
def _without_onednn() -> Iterator[None]:
    """oneDNN's recurrent layers are one operation that nobody counts. (`mkldnn.flags` sets more, and warns of it.)"""
    was_enabled, *_ = torch.backends.mkldnn.set_flags(False)
    try:
        yield
    finally:
        torch.backends.mkldnn.set_flags(was_enabled)


def _row(part: str, module: nn.Module, flops: int | None) -> PartCost:
    sizes = [(p.numel(), p.requires_grad) for p in module.parameters()]
    return PartCost(part, sum(n for n, _ in sizes), sum(n for n, trains in sizes if trains), flops)
