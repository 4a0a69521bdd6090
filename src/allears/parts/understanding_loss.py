"""What a head that hears and reads learns from: labels of either, and the reader as the listener's teacher.

In: a head, features of clips, a target. Out: one loss a row:

    row = [clip: CE(intent) + CTC(tagged spelling) / units + agree * distance]
        + read * [text: CE(intent) + mean CE(tags)]
    distance = KL(reader's intents || listener's) + 1 - cos(reader's state, listener's)

The distance is of clips whose words are known, labelled or not; the reader is not pulled towards the listener. Terms
whose label is not there are left out. Source of the distance: Hinton et al. 2015 (answers), Denisov & Vu 2020,
"Pretrained semantic speech embeddings for end-to-end spoken language understanding" (states).

Letters: P rows, T frames, U units, R rows that have something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import torch
from torch import Tensor, nn

from allears.parts.understanding_head import Heard, Read, UnderstandingHead
from allears.parts.understanding_labels import NOT_FIRST, UnderstandingTarget

__all__ = ["understanding_loss"]

_CE = nn.functional.cross_entropy


class understanding_loss:
    """See the module.

    Args:
        agree: weight of the distance.
        read: weight of what the reader learns.
    """

    def __init__(self, *, agree: float = 1.0, read: float = 1.0) -> None:
        self.agree, self.read = agree, read

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: UnderstandingTarget) -> Tensor:
        own, total = cast(UnderstandingHead, head), torch.zeros(len(features), device=features.device)
        said = Read(*_full(own.read(target.pieces, target.num_pieces))) if len(target.read_rows) else None
        if said is not None:
            total = total.index_add(0, target.read_rows, self.read * _of_texts(said, target))
        if len(target.spoken):
            heard = Heard(*_full(own.hear(features[target.spoken], num_frames[target.spoken])))
            total = total.index_add(0, target.spoken, _of_clips(heard, num_frames, target))
            if said is not None and self.agree:
                rows, far = _distance(heard, said, target)
                total = total.index_add(0, rows, self.agree * far)
        return total


def _of_texts(said: Read, target: UnderstandingTarget) -> Tensor:
    """(R,) of the rows whose words are known."""
    loss = said.intents.new_zeros(len(said.intents))
    of_text, of_intent = _both(target.read_rows, target.intent_rows)
    loss = loss.index_add(0, of_text, _CE(said.intents[of_text], target.intents[of_intent], reduction="none"))
    each = _CE(said.tags[target.tag_rows].transpose(1, 2), target.tags, reduction="none", ignore_index=NOT_FIRST)
    return loss.index_add(0, target.tag_rows, each.sum(1) / (target.tags != NOT_FIRST).sum(1).clamp(min=1))


def _of_clips(heard: Heard, num_frames: Tensor, target: UnderstandingTarget) -> Tensor:
    """(R,) of the clips."""
    loss = heard.intents.new_zeros(len(heard.intents))
    of_clip, of_intent = _both(target.spoken, target.intent_rows)
    loss = loss.index_add(0, of_clip, _CE(heard.intents[of_clip], target.intents[of_intent], reduction="none"))
    if target.spelling is None:
        return loss
    of_clip, of_spelt = _both(target.spoken, target.spelt_rows)
    units, spelling = heard.units[of_clip].log_softmax(-1).transpose(0, 1), target.spelling
    lengths = torch.minimum(num_frames[target.spelt_rows], spelling.num_frames)[of_spelt]
    count = spelling.num_units[of_spelt]
    ctc = nn.functional.ctc_loss(units, spelling.units[of_spelt], lengths, count, reduction="none")
    return loss.index_add(0, of_clip, ctc / count.clamp(min=1))


def _distance(heard: Heard, said: Read, target: UnderstandingTarget) -> tuple[Tensor, Tensor]:
    """Rows of the target that were both heard and read, and how far the listener is from the reader there."""
    of_clip, of_text = _both(target.spoken, target.read_rows)
    wanted, given = said.intents[of_text].detach().log_softmax(-1), heard.intents[of_clip].log_softmax(-1)
    far = (wanted.exp() * (wanted - given)).sum(-1)
    alike = nn.functional.cosine_similarity(heard.state[of_clip], said.state[of_text].detach(), dim=-1)
    return target.spoken[of_clip], far + 1.0 - alike


def _full(outputs: Iterable[Tensor]) -> Iterator[Tensor]:
    """In float32: `precision: bf16` computes the network in half of that, and losses need all of it."""
    return (output.float() for output in outputs)


def _both(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Places in each of two lists of rows of the rows that are in both."""
    same = (one[:, None] == other[None, :]).nonzero()
    return same[:, 0], same[:, 1]
