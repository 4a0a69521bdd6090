"""One spoken command: sound in, its words as they become sure, and at its end all that was heard of it.

In: chunks (N,), a stream. Out: `Words`, then one `Ended`. A command is over after the silence that its stream waits
for, if it is to end it; else when the client says so, with what was said in several breaths put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allears.assistant.heard import Heard, heard_of
from allears.commands.answer import Command
from allears.decode.answers import Word
from allears.runtime.endpoint import EndpointOptions
from allears.runtime.result import Result
from allears.runtime.stream_events import Event, Final, Partial
from allears.runtime.stream_options import StreamOptions
from allears.vocabulary import base_language

if TYPE_CHECKING:
    from allears.runtime.commanding import CommandGrammar
    from allears.runtime.session import Session
    from allears.runtime.stream import Stream

__all__ = ["Ended", "Utterance", "Words", "open_utterance"]

_TASKS = ("transcribe", "speech", "speaker", "emotion", "language")
_BREATH_S = 8.0  # of silence inside a command whose end the client tells


@dataclass(frozen=True)
class Words:
    """Words that never change any more, with the space before them."""

    text: str


@dataclass(frozen=True, eq=False)
class Ended:
    """The command is over.

    Attributes:
        heard: of it; without text if nobody spoke.
        language: that was spoken; None if nobody knows.
    """

    heard: Heard
    language: str | None = None


class Utterance:
    """See the module.

    Args:
        stream: that hears.
        grammar: of commands, for what was said in several breaths; None for none.
        ends_itself: whether the first pause that is long enough ends it.
    """

    def __init__(self, stream: Stream, grammar: CommandGrammar | None, *, ends_itself: bool) -> None:
        self._stream, self._grammar, self._ends_itself = stream, grammar, ends_itself
        self._results: list[Result] = []
        self._num_told, self._is_first = 0, True

    def feed(self, chunk: np.ndarray) -> list[Words | Ended]:
        """Hear the next chunk (N,)."""
        return self._take(self._stream.feed(chunk), is_last=False)

    def finish(self) -> list[Words | Ended]:
        """The client says that it is over."""
        return self._take(self._stream.finish(), is_last=True)

    def _take(self, events: Iterable[Event], *, is_last: bool) -> list[Words | Ended]:
        told: list[Words | Ended] = []
        for event in events:
            if isinstance(event, Partial):
                told += self._told(event.stable)
            elif isinstance(event, Final) and event.result.text:
                told += self._told(event.result.words)
                self._num_told = 0
                self._results.append(event.result)
                if self._ends_itself:
                    return [*told, self._ended()]
        return [*told, self._ended()] if is_last else told

    def _told(self, words: Sequence[Word]) -> list[Words | Ended]:
        new = " ".join(word.text for word in words[self._num_told :])
        if not new:
            return []
        self._num_told, before = len(words), "" if self._is_first else " "
        self._is_first = False
        return [Words(before + new)]

    def _ended(self) -> Ended:
        if not self._results:
            return Ended(Heard("", Command(None)))
        last = self._results[-1]
        language = last.transcript.language if last.transcript is not None else None
        heard = heard_of(last)
        if len(self._results) == 1:
            return Ended(heard, language)
        text = " ".join(result.text.strip() for result in self._results)
        command = Command(None) if self._grammar is None else _match(self._grammar, text)
        return Ended(replace(heard, text=text, command=command, meaning=None), language)


def open_utterance(
    session: Session, *, rate: int, language: str | None, grammar: CommandGrammar | None, end_s: float | None
) -> Utterance:
    """An utterance to be heard.

    Args:
        session: that hears.
        rate: of the chunks, Hz.
        language: that is spoken; found if None.
        grammar: of commands; left out where another language is spoken.
        end_s: silence that ends it; None where the client tells the end.

    Raises:
        ValueError: a language or a rate that cannot be.
    """
    is_ours = grammar is not None and (language is None or base_language(language) == base_language(grammar.language))
    have = [task.name for task in session.spec.tasks]
    known = grammar if is_ours else None
    endpoint = EndpointOptions(min_silence_s=_BREATH_S if end_s is None else end_s)
    more: dict[str, Any] = {} if known is None else {"commands": known}
    stream = session.stream(
        tasks=[name for name in _TASKS if name in have and not (name == "language" and language)],
        language=language,
        sample_rate=rate,
        options=StreamOptions(endpoint=endpoint),
        **more,
    )
    return Utterance(stream, known, ends_itself=end_s is not None)


def _match(grammar: CommandGrammar, text: str) -> Command:
    match = getattr(grammar, "match", None)  # a grammar that hears alone has none
    return match(text) if match is not None else Command(None)
