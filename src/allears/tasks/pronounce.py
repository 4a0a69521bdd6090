"""How a written word is said: letters to phones, a dialect at a time.

Manifest: rows without sound: `letters`, `accent`, and `pronunciation` in the spec's alphabet. Loss: CTC (Graves et al.
2006) over `per_letter` slots a letter, so that a letter may be several phones, one or none.
"""

from __future__ import annotations

from collections.abc import Sequence

import jiwer
from torch import Tensor

from allears.decode.spelling import BLANK
from allears.parts.spelling import SpellingHead, SpellingTarget, TextLabel, ctc_loss, read_units
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example
from allears.tasks.masked_phones import write_example_spec
from allears.voice_spec import VoiceSpec, read_voice_spec

__all__ = ["EXAMPLE", "PhoneUnits", "pronounce"]


class PhoneUnits:
    """The spec's alphabet as CTC units: silence's place is the blank's.

    Attributes:
        names: of the units, the blank first.
    """

    def __init__(self, spec: VoiceSpec) -> None:
        self.names: tuple[str, ...] = (BLANK, *spec.alphabet[1:])
        self._index = {name: number for number, name in enumerate(self.names) if number}

    def encode(self, text: str) -> list[int] | None:
        """Ids of phones; None if one is not in the alphabet."""
        ids = [self._index.get(phone) for phone in text]
        return None if None in ids else [number for number in ids if number is not None]


class _PhoneErrorRate:
    """(substitutions + deletions + insertions) / phones, stress marks counted as phones."""

    name, higher_is_better = "phone_error_rate", False

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.said: list[str] = []
        self.true: list[str] = []

    def update(self, output: Tensor, target: SpellingTarget, num_frames: Tensor) -> None:
        for units, text in zip(read_units(output, target, len(self.names)), target.texts, strict=True):
            self.said.append("".join(self.names[one.unit] for one in units))
            self.true.append(text)

    def compute(self) -> float | None:
        return float(jiwer.cer(self.true, self.said)) if self.true else None


@TASKS.register
def pronounce(*, spec: str, name: str = "pronounce", per_letter: int = 3, hidden: int = 192) -> Task:
    """Phones of letters.

    Args:
        spec: path of the voices' spec, as in `data.input`.
        name: of the task.
        per_letter: slots a letter: the most phones it can be.
        hidden: width of the head's convolutions.
    """
    units = PhoneUnits(read_voice_spec(spec))
    count = len(units.names)
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "none"}),
        label=TextLabel(lambda fields: fields.get("pronunciation"), units, per_letter),
        head=lambda dim: SpellingHead(dim, count, per_frame=per_letter, hidden=hidden),
        loss_per_clip=ctc_loss(count),
        metrics=lambda: (_PhoneErrorRate(units.names),),
        is_exported=False,
    )


EXAMPLE = Example(
    {"spec": "{folder}/voice.json", "hidden": 8},
    ({"pronunciation": "abc"}, {"pronunciation": "ccab"}),
    write_example_spec,
)
