"""The parts of a task that spells what it hears with CTC: target, label, head, loss.

In: a text a clip. Out: scores of units, f times a frame or once in s of them. Source: Graves et al. 2006,
"Connectionist Temporal Classification". loss of a clip = -log p(units | frames) / number of units, so that long clips
weigh as short ones. Ours differs: only the frames of the clip itself are heard, not an encoder's silent tail, which the
runtime cuts off.

Letters: P clips, T frames, D width, C units (0 is the blank), N units of a text, f spellings a frame, s stride.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

import torch
from torch import Tensor, nn

from allears.audio import SAMPLE_RATE
from allears.decode.spelling import Said, read_best_path, unfold
from allears.parts.heads import FrameHead, RecurrentHead
from allears.parts.masking import mask_spans
from allears.parts.readout import ReadoutHead
from allears.tasks.base import LabelContext

__all__ = [
    "Body",
    "NotSpellableError",
    "SpellingHead",
    "SpellingTarget",
    "TextLabel",
    "Units",
    "ctc_loss",
    "read_units",
]

log = logging.getLogger(__name__)

Body = Literal["linear", "conv", "lstm", "readout"]


class NotSpellableError(ValueError):
    """A text that a task cannot spell; the message says why, in words that suit many clips."""


class Units(Protocol):
    """See `allears/parts/units.py`."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def encode(self, text: str) -> list[int] | None: ...


@dataclass(frozen=True)
class SpellingTarget:
    """Targets of P clips.

    Attributes:
        units: (P, N) int64, filled up with 0.
        num_units: (P,) units of each.
        num_frames: (P,) encoder frames of the clip itself, without a tail.
        texts: what was said.
    """

    units: Tensor
    num_units: Tensor
    num_frames: Tensor
    texts: tuple[str, ...]


@dataclass(frozen=True)
class _One:
    units: list[int]
    num_frames: int
    text: str


class TextLabel:
    """A text -> units. Clips of `noise` say nothing.

    A clip whose text cannot be spelt (a letter that is no unit), or does not fit into its frames (CTC needs one a unit
    and one more between equal ones), carries no label; such clips are counted in the log.

    Args:
        read: manifest fields -> the text as it is spelt; None if there is none, `NotSpellableError` if it is no use.
        units: to spell with.
        per_frame: f.
        stride: s.
    """

    def __init__(
        self, read: Callable[[Mapping[str, Any]], str | None], units: Units, per_frame: int = 1, *, stride: int = 1
    ) -> None:
        self.read, self.units, self.per_frame, self.stride = read, units, per_frame, stride
        self.num_refused: Counter[str] = Counter()

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> _One | None:
        try:
            return self._spell(fields, context)
        except NotSpellableError as error:
            self._count(str(error), fields)
            return None

    def collate(self, values: Sequence[_One], max_frames: int) -> SpellingTarget:
        longest = max(1, *(len(value.units) for value in values))
        units = torch.zeros(len(values), longest, dtype=torch.int64)
        for row, value in zip(units, values, strict=True):
            row[: len(value.units)] = torch.tensor(value.units, dtype=torch.int64)
        return SpellingTarget(
            units,
            torch.tensor([len(value.units) for value in values]),
            torch.tensor([value.num_frames for value in values]),
            tuple(value.text for value in values),
        )

    def _spell(self, fields: Mapping[str, Any], context: LabelContext) -> _One | None:
        text = "" if "noise" in fields else self.read(fields)
        if text is None:
            return None
        units = self.units.encode(text)
        if units is None:
            raise NotSpellableError("letters that are no units")
        heard = -(-context.num_samples // round(context.frame_shift_s * SAMPLE_RATE))
        num_frames = min(heard, context.num_frames)
        num_needed = len(units) + sum(a == b for a, b in pairwise(units))
        if num_needed > -(-num_frames // self.stride) * self.per_frame:
            raise NotSpellableError("more units than frames")
        return _One(units, num_frames, text)

    def _count(self, why: str, fields: Mapping[str, Any]) -> None:
        self.num_refused[why] += 1
        count = self.num_refused[why]
        if str(count).strip("0") == "1":  # 1, 10, 100...: every epoch meets the same clips again
            log.warning("%d clips so far are not spelt, %s; the last one says %r", count, why, fields.get("text"))


class SpellingHead(nn.Module):
    """Scores of units, (B, T / s, f * C), T / s rounded up: those of a frame's f parts one after another.

    Args:
        dim: D.
        num_units: C.
        per_frame: f; 2 where a frame of 20 ms may hold more than one unit.
        body: `linear`: one matrix, what an encoder fine-tuned for CTC needs; `conv`: a projection and two convolutions
            before it, which a frozen encoder needs; `lstm`: two bidirectional LSTMs, better and slower than `conv`;
            `readout`: LSTMs beside the last layers of a text decoder (`readout.py`), every second frame.
        hidden: width of the convolutions, or of the LSTMs in each direction.
        mask: share of frames and of features that are taken away in training (`masking.py`).

    Attributes:
        stride: s.

    Raises:
        ValueError: `readout` with a `per_frame` other than 1.
    """

    def __init__(
        self, dim: int, num_units: int, *, per_frame: int = 1, body: Body = "conv", hidden: int, mask: float = 0.0
    ) -> None:
        super().__init__()
        self.mask = mask
        size = per_frame * num_units
        self.body: nn.Module | None = None
        self.stride = 1
        if body == "readout":
            if per_frame != 1:
                raise ValueError(f"a readout spells once in two frames, not {per_frame} times a frame: no `per_frame`")
            self.body = readout = ReadoutHead(dim, num_units, hidden=hidden)
            self.stride = readout.stride
        elif body != "linear":
            self.body = (FrameHead if body == "conv" else RecurrentHead)(dim, size, hidden=hidden)
        self.linear = nn.Linear(dim, size) if body == "linear" else None

    def forward(self, features: Tensor, num_frames: Tensor, columns: Tensor | None = None) -> Tensor:
        """As the class says; a `readout` also gives the scores of some units alone: `columns` (K,)."""
        if self.training and self.mask:
            features = mask_spans(features, num_frames, self.mask)
        if columns is not None:
            assert isinstance(self.body, ReadoutHead)
            chosen: Tensor = self.body(features, num_frames, columns)
            return chosen
        if self.body is None:
            assert self.linear is not None
            logits: Tensor = self.linear(features)
        else:
            logits = self.body(features, num_frames)
        return logits


class ctc_loss:
    """See the module.

    Args:
        num_units: C.
        stride: s.
        sample: where there are many units, so many of those that the batch does not say, drawn anew each time while the
            head trains, stand for all of them: their share of the sum over units is made up for (sampled softmax,
            Bengio & Senecal 2008; Jean et al. 2015). 0: all units.
    """

    def __init__(self, num_units: int, stride: int = 1, sample: int = 0) -> None:
        self.num_units, self.stride, self.sample = num_units, stride, sample

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: SpellingTarget) -> Tensor:
        units, num_units = target.units, self.num_units
        if self.sample and head.training:
            said, others = self._draw(units)
            columns = torch.cat([said, others])
            output = head(features, num_frames, columns).float()
            num_left = self.num_units - len(said)
            output[..., len(said) :] += math.log(num_left / max(1, len(others)))
            units, num_units = torch.searchsorted(said, units), len(columns)
        else:
            output = head(features, num_frames).float()
        per_frame = output.shape[-1] // num_units
        logprobs = output.reshape(len(output), -1, num_units).log_softmax(-1).transpose(0, 1)
        lengths = -(-torch.minimum(num_frames, target.num_frames) // self.stride) * per_frame
        loss = nn.functional.ctc_loss(logprobs, units, lengths, target.num_units, reduction="none")
        return loss / target.num_units.clamp(min=1)

    def _draw(self, units: Tensor) -> tuple[Tensor, Tensor]:
        """The blank and the units that are said, rising, and some of the others."""
        is_said = torch.zeros(self.num_units, dtype=torch.bool, device=units.device)
        is_said[units.flatten()] = True
        is_said[0] = True
        rest = torch.nonzero(~is_said).flatten()
        drawn = torch.randperm(len(rest), device=units.device)[: self.sample]
        return torch.nonzero(is_said).flatten(), rest[drawn]


def read_units(output: Tensor, target: SpellingTarget, num_units: int, stride: int = 1) -> list[list[Said]]:
    """The units that the best path through each clip's own frames says; times in scores."""
    return [
        read_best_path(unfold(clip[: -(-count // stride)].float().numpy(), num_units), 1.0)
        for clip, count in zip(output, target.num_frames.tolist(), strict=True)
    ]
