"""Wake words on one connection: the user's keywords (docs/keywords.md), each saying told once.

In: samples, for as long as the client likes. Out: `detection`s; `not-detected` at the end if there was none.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr
from wyoming.wake import Detection, NotDetected

from allears.audio import SAMPLE_RATE
from allears.wyoming.house import House, Send

if TYPE_CHECKING:
    from allears.keywords.hits import KeywordHit
    from allears.keywords.listen import KeywordListener

__all__ = ["WakeEar"]


class WakeEar:
    """See the module.

    Args:
        house: that all connections share.
        send: a message to the client.
        names: of the keywords that are waited for; all there are if empty.
    """

    def __init__(self, house: House, send: Send, *, names: Sequence[str] = ()) -> None:
        self._house, self._send, self._names = house, send, tuple(names)
        self._place = ExitStack()
        self._listener: KeywordListener | None = None
        self._resampler: Any = None
        self._was_said = False

    async def hear(self, samples: np.ndarray, rate: int) -> None:
        """The next samples (N,)."""
        listener = self._listener or await self._open(rate)
        even = samples if self._resampler is None else self._resampler.resample_chunk(samples)
        await self._tell(await self._house.listen(lambda: listener.hear(even)))

    async def stop(self) -> None:
        """Sound is over."""
        if self._listener is not None:
            await self._tell(await self._house.listen(self._listener.finish))
        if not self._was_said:
            await self._send(NotDetected().event())

    def close(self) -> None:
        """Give the place back."""
        self._place.close()
        self._listener = None

    async def _open(self, rate: int) -> KeywordListener:
        session = await self._house.session()
        self._place.enter_context(self._house.ear())
        keywords = await self._house.listen(lambda: self._house.open_keywords(session))
        self._check([keyword.name for keyword in keywords.keywords])
        if rate != SAMPLE_RATE:
            self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        self._listener = await self._house.listen(lambda: session.listener(keywords))
        return self._listener

    async def _tell(self, hits: Sequence[KeywordHit]) -> None:
        for hit in hits:
            if not self._names or hit.keyword in self._names:
                self._was_said = True
                await self._send(Detection(hit.keyword, timestamp=round(1000 * hit.end_s)).event())

    def _check(self, have: Sequence[str]) -> None:
        unknown = [name for name in self._names if name not in have]
        if unknown or not have:
            self.close()
            what = f"there is no wake word {unknown[0][:80]!r}" if unknown else "there is no wake word"
            raise ValueError(f"{what}; there are: {', '.join(have) or 'none'}; add one with `allears keyword add`")
