"""The text decoder as a judge of texts: what it wrote of a clip by itself, and how likely it finds other texts.

In: the one window of a clip in which somebody speaks. Out: a text, and scores of texts. Nothing is run before it is
asked for: a first look, the text if it was not written anyway, and one pass for each text judged.

Letters: L layers, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from allears.decode.spelled import Spelled
from allears.runtime.parts import Transcriber

__all__ = ["Spoken", "WindowJudge"]


@dataclass(frozen=True, eq=False)
class Spoken:
    """A window in which somebody speaks.

    Attributes:
        layers: of the encoder (L, 1, T, D).
        started: what the text decoder made of it at first; None if it was not asked.
        duration_s: without the encoder's silent tail.
        end_s: where speech ends, from the window's start; None if nobody looked.
        spelled: what a CTC head spelt of it, a draft for the decoder; None without one.
    """

    layers: np.ndarray
    started: Any | None
    duration_s: float
    end_s: float | None
    spelled: Spelled | None = None


@dataclass(frozen=True, eq=False)
class WindowJudge:
    """See the module. It is used while one clip is answered, and not shared.

    Args:
        decoder: of texts.
        window: to judge by.
        language: Whisper code the texts are in.
        written: what the decoder wrote already; None if it did not.
    """

    decoder: Transcriber
    window: Spoken
    language: str
    written: str | None = None

    @cached_property
    def text(self) -> str:
        """What the decoder writes."""
        if self.written is not None:
            return self.written
        heard = self.decoder.listen(
            self._started,
            start_s=0.0,
            duration_s=self.window.duration_s,
            language=self.language,
            speech_end_s=self.window.end_s,
            spelled=self.window.spelled,
        )
        return "".join(segment.text for segment in heard.segments).strip()

    def score(self, texts: Sequence[str]) -> list[float]:
        """ln p(text | audio) of each text."""
        return self.decoder.score(self._started, self.language, texts)

    @cached_property
    def _started(self) -> Any:
        return self.decoder.start(self.window.layers) if self.window.started is None else self.window.started
