"""What CTC heads spelt of a window, for the text decoder and for commands.

In: the model's spec and the outputs of its heads so far. Out: `Spelled` of the last window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allears.decode.base import WindowOutput
from allears.decode.spelled import Spelled
from allears.spec import ModelSpec
from allears.vocabulary import base_language

__all__ = ["is_spelt", "last_spelled"]


def is_spelt(model: ModelSpec, name: str, language: str | None) -> bool:
    """Whether a CTC head writes that language; it writes all if it does not say which."""
    written = model.task(name).decode.get("languages")
    return not written or language is None or base_language(language) in written


def last_spelled(
    model: ModelSpec, outputs: Mapping[str, Sequence[WindowOutput]], names: Sequence[str]
) -> Spelled | None:
    """What the first CTC head among those spelt of the last window; None if none of them heard one."""
    heads = (model.task(name) for name in names)
    head = next((task for task in heads if task.decode["kind"] == "ctc" and outputs[task.name]), None)
    return None if head is None else Spelled.of(outputs[head.name][-1], head, model)
