"""Decode kind `slots`: a text spelt by CTC with tags around its values becomes the values.

In: logits (T, f * C) of each window. Out: `Slots`. Among the units are tags, `<city>` before a value and `</city>`
after it: `fly to <city> new york </city>`. A tag that is never closed, or closes what is not open, is left out; the
words stay.

The task's `classes` are the names of the units, the blank (an empty name) first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Slot, Slots
from allears.decode.base import WindowOutput
from allears.decode.spelling import SPACE, Said, join, read_best_path, unfold
from allears.spec import ModelSpec, TaskSpec

__all__ = ["find_slots", "is_tag", "slots"]


def is_tag(name: str) -> bool:
    """Whether a unit of that name is a tag."""
    return name.startswith("<") and name.endswith(">")


@DECODES.register
def slots(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Slots:
    """Scores of units a frame -> the text and the values in it.

    Raises:
        ValueError: the head does not fit the task's units.
    """
    found: list[Slot] = []
    texts: list[str] = []
    for window in windows:
        logits = unfold(window.output, len(task.classes))
        frame_s = model.frame_shift_s * len(window.output) / max(1, len(logits))
        said = read_best_path(logits, frame_s, window.start_s)
        found += find_slots(said, task.classes)
        texts.append(_text(said, task.classes))
    return Slots(" ".join(filter(None, texts)), tuple(found))


def find_slots(said: Sequence[Said], names: Sequence[str]) -> Iterator[Slot]:
    """The values between an opening tag and the next tag, if that closes it."""
    name, first = "", 0
    for at, one in enumerate(said):
        tag = names[one.unit]
        if not is_tag(tag):
            continue
        value = said[first:at]
        text = join(value, names)
        if name and tag == f"</{name}>" and text:
            sure = float(np.exp(np.mean([unit.logprob for unit in value])))
            yield Slot(name, text, round(value[0].start_s, 3), round(value[-1].end_s, 3), sure)
        name, first = ("" if tag.startswith("</") else tag[1:-1]), at + 1


def _text(said: Sequence[Said], names: Sequence[str]) -> str:
    """The words without tags; a tag parts words."""
    spelt = (SPACE if is_tag(names[one.unit]) else names[one.unit] for one in said)
    return " ".join("".join(spelt).replace(SPACE, " ").split())
