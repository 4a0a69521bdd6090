"""Which phone is hidden: a language model of phones, a training signal that needs no sound; it is not exported.

Manifest: `phones`, of rows of text alone, some of which the input hides (`data.input: {hide: 0.15}`).
Loss: cross-entropy over the hidden phones. Source: BERT (Devlin et al. 2019); of phones, PnG BERT (Jia et al. 2021).
Ours differs: a hidden phone is always the sign `hidden`, never another phone or itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from allears.parts.heads import FrameHead
from allears.parts.phone_labels import PhoneError, PhoneTarget, check_counts, mean_over_phones
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.example import Example
from allears.voice_spec import VoiceSpec, read_voice_spec

__all__ = ["EXAMPLE", "masked_phones"]


class _Hidden:
    """(N, 2): the phone's id, and 1 where it is hidden."""

    def __init__(self, spec: VoiceSpec) -> None:
        self.spec = spec

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        hidden = context.hidden
        if hidden is None or not hidden.any() or "phones" not in fields:
            return None
        ids = self.spec.phone_ids(fields["phones"])
        return np.stack([ids, hidden[: len(ids)]], axis=1) if len(hidden) >= len(ids) else None

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> PhoneTarget:
        out = torch.zeros(len(values), max_frames, 2)
        for row, value in zip(out, values, strict=True):
            row[: len(value)] = torch.from_numpy(value)
        return PhoneTarget(out, torch.tensor([len(value) for value in values]))


def _loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: PhoneTarget) -> Tensor:
    check_counts(target.counts, num_frames)
    logits = head(features, num_frames).float()
    ids, hidden = target.values[:, : logits.shape[1]].unbind(-1)
    wrong = nn.functional.cross_entropy(logits.transpose(1, 2), ids.long(), reduction="none")
    share = mean_over_phones(hidden, target.counts)
    return mean_over_phones(wrong * hidden, target.counts) / share.clamp(min=1e-6)


def _wrong(said: Tensor, wanted: Tensor) -> Tensor:
    return (said.argmax(-1) != wanted[:, 0]).float()[wanted[:, 1] > 0]


@TASKS.register
def masked_phones(*, spec: str, name: str = "masked-phones", hidden: int = 128) -> Task:
    """The hidden phones. `spec`: path of the voices' spec, as in `data.input`."""
    known = read_voice_spec(spec)
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "none"}),
        label=_Hidden(known),
        head=lambda dim: FrameHead(dim, len(known.alphabet), hidden=hidden, kernel=1),
        loss_per_clip=_loss,
        metrics=lambda: (PhoneError("phone_error", _wrong),),
        is_exported=False,
    )


def write_example_spec(folder: Path) -> None:
    """A spec of a few phones, for examples."""
    spec = VoiceSpec("example", 24_000, 300, 1_200, 80, ("", *"abc"), ("", *"xyz"), ("en-US",), ())
    (folder / "voice.json").write_text(spec.to_json(), encoding="utf-8")


EXAMPLE = Example(
    {"spec": "{folder}/voice.json", "hidden": 8},
    ({"phones": "a" * 23}, {"phones": "b" * 23}),  # 25 frames, silence at both ends
    write_example_spec,
)
