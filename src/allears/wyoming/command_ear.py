"""A command on one connection, from its sound to its transcript; what else was heard is kept for the conversation.

In: samples. Out: `transcript-start`, `transcript-chunk`s, `transcript`, `transcript-stop`. A command that ends by
itself is answered while sound still comes, and what comes after is not heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
from wyoming.asr import Transcript, TranscriptChunk, TranscriptStart, TranscriptStop

from allears.assistant.heard import Heard
from allears.commands.answer import Command
from allears.wyoming.house import House, Send
from allears.wyoming.utterance import Ended, Utterance, Words, open_utterance

__all__ = ["CommandEar"]


class CommandEar:
    """See the module.

    Args:
        house: that all connections share.
        send: a message to the client.
        language: that is spoken; found if None.
    """

    def __init__(self, house: House, send: Send, *, language: str | None = None) -> None:
        self._house, self._send, self._language = house, send, language
        self._place = ExitStack()
        self._utterance: Utterance | None = None
        self._heard_s, self._has_begun, self._is_answered = 0.0, False, False

    async def hear(self, samples: np.ndarray, rate: int) -> None:
        """The next samples (N,); none are heard after the answer."""
        if self._is_answered:
            return
        self._heard_s += len(samples) / rate
        most_s = self._house.serving.options.max_audio_s
        if self._heard_s > most_s:
            self._is_answered = True
            raise ValueError(f"the command is longer than {most_s:g} s: send audio-stop earlier")
        utterance = self._utterance or await self._open(rate)
        await self._tell(await self._house.listen(lambda: utterance.feed(samples)))

    async def stop(self) -> None:
        """The client says that it is over."""
        if self._is_answered:
            return
        utterance = self._utterance
        nothing = Ended(Heard("", Command(None)))
        await self._tell([nothing] if utterance is None else await self._house.listen(utterance.finish))

    def close(self) -> None:
        """Give the place back."""
        self._place.close()
        self._utterance, self._is_answered = None, True

    async def _open(self, rate: int) -> Utterance:
        session, mind = await self._house.session(), self._house.mind
        self._place.enter_context(self._house.ear())
        grammar, end_s = None if mind is None else mind.grammar, self._house.options.end_s
        self._utterance = await self._house.listen(
            lambda: open_utterance(session, rate=rate, language=self._language, grammar=grammar, end_s=end_s)
        )
        return self._utterance

    async def _tell(self, events: Sequence[Words | Ended]) -> None:
        for event in events:
            if not self._has_begun:
                self._has_begun = True
                await self._send(TranscriptStart(language=self._language).event())
            if isinstance(event, Words):
                await self._send(TranscriptChunk(event.text).event())
            else:
                await self._answer(event)

    async def _answer(self, ended: Ended) -> None:
        self.close()
        heard, language = ended.heard, ended.language or self._language
        self._house.kept.keep(heard)
        self._house.serving.metrics.audio_s.inc(self._heard_s)
        is_named = self._house.options.has_names and heard.who is not None and heard.text
        text = f"[{heard.who}] {heard.text}" if is_named else heard.text
        await self._send(Transcript(text, _context(heard, language), language).event())
        await self._send(TranscriptStop().event())


def _context(heard: Heard, language: str | None) -> dict[str, Any]:
    """What else was heard, for clients that read it; Home Assistant does not."""
    command, emotion = heard.command, heard.emotion
    found = {"speaker": heard.who, "emotion": emotion.label if emotion is not None else None, "language": language}
    if command.is_accepted:
        found |= {"intent": command.intent}
    return {name: value for name, value in found.items() if value is not None}
