"""The values in a spoken command, from the sound: the words are spelt by CTC with tags around the values.

Manifest: `text` with `slots` (object, slot -> value, or a list of objects with `slot`, `value`, `start`, `end`).
Loss: CTC, a clip's by its number of units. Sources: Graves et al. 2006; Ghannay et al. 2018, "End-to-end named entity
and semantic concept extraction from speech" (tags among the letters). What the command wants is the task `intent`; a
slot with a few fixed values and no words of its own is a task of kind `classify`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from allears.parts.slot_labels import SlotF1, TaggedUnits, tag_text
from allears.parts.spelling import SpellingHead, TextLabel, ctc_loss
from allears.parts.units import Characters, Pieces
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "slots"]


@TASKS.register
def slots(
    *,
    slots: Sequence[str],
    units: Sequence[str] = (),
    pieces: str | None = None,
    name: str = "slots",
    per_frame: int = 1,
    body: Literal["linear", "conv"] = "conv",
    hidden: int = 256,
) -> Task:
    """Values in a command.

    Args:
        slots: names of the slots: `{from_field: slots, each: slot}`.
        units: letters to spell with: `{from_field: text, each: character}`.
        pieces: or a file of pieces of words, written by `python -m allears.parts.units MANIFEST OUT`.
        name: of the task.
        per_frame: spellings an encoder frame.
        body: `linear` for an encoder that is trained along, `conv` for a frozen one.
        hidden: width of the convolutions.

    Raises:
        ValueError: neither `units` nor `pieces`, or both.
    """
    if bool(units) is (pieces is not None):
        raise ValueError(f"{name} needs either `units` or `pieces`: units: {{from_field: text, each: character}}")
    alphabet = TaggedUnits(Characters(units) if pieces is None else Pieces(pieces), slots)
    names = alphabet.names
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "slots"}, names),
        label=TextLabel(_tagged, alphabet, per_frame),
        head=lambda dim: SpellingHead(dim, len(names), per_frame=per_frame, body=body, hidden=hidden),
        loss_per_clip=ctc_loss(len(names)),
        metrics=lambda: (SlotF1(names),),
    )


def _tagged(fields: Mapping[str, Any]) -> str | None:
    return tag_text(str(fields["text"]), fields["slots"]) if {"text", "slots"} <= fields.keys() else None


EXAMPLE = Example(
    {"slots": ("city",), "units": ("to rome paris",), "hidden": 8},
    ({"text": "To Rome", "slots": {"city": "Rome"}}, {"text": "paris", "slots": [{"slot": "city", "value": "paris"}]}),
)
