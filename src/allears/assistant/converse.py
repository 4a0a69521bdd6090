"""The loop of a spoken conversation: chunks of audio in, events out, replies spoken on the way.

In: chunks, a stream that hears them with the assistant's grammar. Out: the stream's events, and those of the
conversation between them. Timers are looked after about once a second of audio.

Letters: N samples of a chunk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from allears.assistant.assistant import Answer, Assistant
from allears.assistant.barge_in import BargeIn, interrupts, is_echo
from allears.assistant.chat_events import ChatEvent, Interrupted, Reminder, Replied, Understood
from allears.assistant.gate import Gate
from allears.assistant.heard import Heard, heard_of
from allears.assistant.local_words import local_word
from allears.assistant.manners import USUAL, manner_of
from allears.assistant.mouth import Mouth
from allears.runtime.stream import Stream
from allears.runtime.stream_events import Event, Final, KeywordHeard, SpeechStart

__all__ = ["Conversation", "understood"]

_LOOK_S = 1.0
_LETTERS_PER_S = 12.0  # of speech


class Conversation:
    """See the module.

    Args:
        stream: that hears.
        assistant: that answers.
        mouth: that speaks.
        gate: who is listened to.
        barge_in: what stops a reply.
        clock: seconds, for what it took.
    """

    def __init__(
        self, stream: Stream, assistant: Assistant, mouth: Mouth, gate: Gate, *, barge_in: BargeIn = "words",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        self._stream, self._assistant, self._mouth, self._gate = stream, assistant, mouth, gate
        self._barge_in, self._clock = barge_in, clock
        self._looked_s, self._echo = float("-inf"), ""

    def run(self, chunks: Iterable[np.ndarray]) -> Iterator[Event | ChatEvent]:
        """Hear chunks (N,) to their end."""
        for chunk in chunks:
            begun = self._clock()
            yield from self._take(self._stream.feed(chunk), begun)
            yield from self._look()
        begun = self._clock()
        yield from self._take(self._stream.finish(), begun)

    def _take(self, events: Iterable[Event], begun: float) -> Iterator[Event | ChatEvent]:
        for event in events:
            yield event
            if (said := self._mouth.said) and not isinstance(event, Final):
                self._echo = said
                if self._mouth.is_speaking and interrupts(event, said, self._barge_in):
                    self._mouth.stop()
                    self._echo = ""
                    yield Interrupted(event.at_s)
            if isinstance(event, KeywordHeard):
                self._gate.open(event.at_s, event.hit.start_s)
                self._assistant.duck(True)
            elif isinstance(event, SpeechStart) and self._gate.lets_in(event.start_s, event.at_s):
                self._assistant.duck(True)
            elif isinstance(event, Final):
                yield from self._utterance(event, begun)

    def _utterance(self, final: Final, begun: float) -> Iterator[ChatEvent]:
        self._assistant.duck(False)
        heard, at = heard_of(final.result), self._clock()
        echo, self._echo = self._echo, ""
        is_ours = self._gate.lets_in(final.start_s, final.end_s)
        if local_word(heard.text) == "stop":  # at any time, whoever was spoken to
            is_ours = bool(self._mouth.stop() + self._assistant.stop()) or is_ours
        elif is_echo(heard.text, echo):
            return
        if not is_ours:
            return
        answer = self._assistant.hear(heard)
        if not heard.text:
            return
        self._gate.close()
        yield understood(heard)
        skill_s = self._clock() - at
        yield self._reply(answer, final, at - begun, skill_s)
        if answer.is_question or (not answer.text and answer.intent is None and not answer.is_stop):
            spoken_s = len(answer.text) / _LETTERS_PER_S
            self._gate.open(final.at_s + spoken_s, final.at_s)  # for the answer, or the wish after the name

    def _reply(self, answer: Answer, final: Final, after_s: float, skill_s: float) -> Replied:
        begun = self._clock()
        if answer.is_stop:
            self._mouth.stop()
        is_heard = bool(answer.text) and self._mouth.say(answer.text, answer.manner)
        voice_s = self._clock() - begun
        silence_s = final.at_s - final.end_s
        stages = {"silence": silence_s, "hear": final.result.compute_s.get("total", 0.0), "after": after_s}
        stages |= {"skill": skill_s, **({"voice": voice_s} if is_heard else {})}
        if is_heard:
            stages["first audio"] = silence_s + after_s + skill_s + voice_s
        took_ms = {name: round(1000 * seconds, 1) for name, seconds in stages.items()}
        return Replied(answer.text, answer.note, answer.skill, answer.intent, took_ms)

    def _look(self) -> Iterator[Reminder]:
        at_s = self._stream.state.at_s
        if at_s - self._looked_s < _LOOK_S or self._mouth.is_speaking:
            return
        self._looked_s = at_s
        for text in self._assistant.due():
            self._mouth.say(text)
            yield Reminder(text)


def understood(heard: Heard) -> Understood:
    """What is told of an utterance."""
    command = heard.command
    is_moved = heard.emotion is not None and manner_of(heard.emotion) != USUAL
    mood = heard.emotion.label if heard.emotion is not None and is_moved else None
    return Understood(
        heard.text, heard.who, mood, command.intent, command.values, round(command.confidence, 3), command.is_accepted
    )
