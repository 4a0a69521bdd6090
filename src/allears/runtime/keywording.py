"""Keywords in a hearing and in a stream: what finds them, and what else has to run for it.

In: keywords as a user gives them, then the encoder's layers, window by window. Out: hits. `allears.keywords` finds
them, and is imported only where somebody asks for it.

Letters: L layers, T' frames with the silent tail, D width, C outputs, S samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.decode.base import WindowOutput
from allears.runtime.parts import Parts
from allears.runtime.plan import Plan
from allears.runtime.windows import Window
from allears.spec import ModelSpec

if TYPE_CHECKING:
    from allears.keywords.hits import KeywordHit
    from allears.keywords.listen import KeywordListener
    from allears.keywords.spotter import Keywords

__all__ = ["KEYWORDS", "KeywordFinder", "KeywordSource", "keywords_of", "listener_of", "with_keywords"]

KEYWORDS = "keywords"  # the part of the time it took

KeywordSource: TypeAlias = "Keywords | str | Path | bool"
"""Keywords, the folder of them, or true for the user's own; false for none."""


def keywords_of(source: KeywordSource | None, model: ModelSpec) -> Keywords | None:
    """What is listened for; None if nothing is asked for.

    Raises:
        ValueError: a folder that is not there; a keyword the model cannot find.
    """
    if source is None or source is False:
        return None
    from allears.keywords.spotter import Keywords

    if isinstance(source, Keywords):
        return source
    folder = None if source is True else Path(str(source))
    if folder is not None and not folder.is_dir():
        raise ValueError(
            f"{folder} is no folder of keywords: give the folder that `allears keyword add` wrote to, or none for your "
            "own"
        )
    return Keywords.load(model, folder)


def listener_of(keywords: Keywords, parts: Parts) -> KeywordListener:
    """What listens for them in a stream."""
    from allears.keywords.listen import KeywordListener

    return KeywordListener(keywords, parts)


def with_keywords(plan: Plan, keywords: Keywords) -> Plan:
    """The plan, with the heads run that the keywords need."""
    also = [name for name in keywords.frame_heads if name not in (*plan.frame_heads, *plan.also)]
    return replace(plan, also=(*plan.also, *also))


class KeywordFinder:
    """Gathers the hits of one hearing.

    Args:
        keywords: to listen for.
        parts: networks of the model.
    """

    def __init__(self, keywords: Keywords, parts: Parts) -> None:
        self._keywords, self._parts = keywords, parts
        self._head = next(iter(keywords.frame_heads), None)
        self._hits: list[KeywordHit] = []

    def hear(self, layers: np.ndarray, window: Window, outputs: Mapping[str, Sequence[WindowOutput]]) -> None:
        """Take a window, its layers (L, 1, T', D), and what heads made of the windows so far."""
        output = None if self._head is None else outputs[self._head][-1].output
        num_frames = self._parts.num_frames(len(window.audio))
        start_s = window.start / SAMPLE_RATE
        self._hits += self._keywords.find(layers, output, num_frames=num_frames, start_s=start_s)

    @property
    def hits(self) -> tuple[KeywordHit, ...]:
        """What was found so far, in order of time."""
        from allears.keywords.hits import strongest

        return strongest(self._hits)
