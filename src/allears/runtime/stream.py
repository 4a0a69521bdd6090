"""Hear while somebody speaks: chunks of audio in, events out. No torch.

stream = Session().stream(language="en")
for chunk in chunks:
    for event in stream.feed(chunk): ...
stream.finish()

Underneath is a function of a chunk and a state, `push`: it gives events and the next state, and keeps nothing. The
audio is looked at every `hop_s` of it (`StreamOptions`), so the events do not depend on the size of the chunks.

Letters: N samples of a chunk, C channels, S samples at 16 kHz, T frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.decode.segments import HYSTERESIS
from allears.runtime.endpoint import Endpoint, EndpointOptions, hear_frame
from allears.runtime.stream_ear import Ear
from allears.runtime.stream_events import Event, Final, KeywordHeard, Partial, SpeechEnd, SpeechStart
from allears.runtime.stream_intake import Intake, flush, start_intake, take
from allears.runtime.stream_options import StreamOptions
from allears.runtime.stream_sound import Sound
from allears.runtime.stream_speech import speech_of_new_frames
from allears.runtime.stream_utterance import Utterance, answer, guess_ahead, is_due, read_words
from allears.runtime.windows import best_cut

if TYPE_CHECKING:
    from allears.keywords.listen import Listening

__all__ = ["Stream", "StreamState"]


@dataclass(frozen=True, eq=False)
class StreamState:
    """All that is known of a stream between two chunks; as much as one utterance is long, never more.

    Attributes:
        intake: of the chunks.
        waiting: (S,) samples that do not make a hop yet.
        sound: samples that may still be needed.
        speech: (T,) probability of speech of the latest frames; the last one is frame `endpoint.num_frames` - 1.
        endpoint: whether somebody speaks.
        heard_to: sample up to which the last utterance went.
        utterance: the one being spoken; None if nobody speaks.
        is_over: whether the stream was finished.
        keywords: the last seconds, for keywords; None before the first.
    """

    intake: Intake
    waiting: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    sound: Sound = field(default_factory=Sound)
    speech: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    endpoint: Endpoint = field(default_factory=Endpoint)
    heard_to: int = 0
    utterance: Utterance | None = None
    is_over: bool = False
    keywords: Listening | None = None

    @property
    def at_s(self) -> float:
        """Seconds of the stream that were looked at."""
        return _round(self.sound.end / SAMPLE_RATE)


class Stream:
    """A stream, ready to be heard: `feed` it, then `finish`. Not to be shared among threads; `push` is.

    Args:
        ear: what it is heard with.
        sample_rate: of the chunks, Hz.
        options: how it is heard.

    Attributes:
        state: after what was fed so far.

    Raises:
        ValueError: a rate nothing is recorded at, or options the model cannot do.
    """

    def __init__(self, ear: Ear, *, sample_rate: int = SAMPLE_RATE, options: StreamOptions | None = None) -> None:
        asked = options or StreamOptions()
        endpoint = asked.endpoint.resolved(ear.threshold, ear.longest_s)
        self._ear, self._options, self._rate = ear, replace(asked, endpoint=endpoint), sample_rate
        self._shift_s = ear.samples_per_frame / SAMPLE_RATE
        self._hop = max(1, round(asked.hop_s / self._shift_s)) * ear.samples_per_frame
        self.state = self.begin()

    def begin(self) -> StreamState:
        """The state before the first chunk."""
        return StreamState(start_intake(self._rate))

    def feed(self, chunk: np.ndarray) -> list[Event]:
        """Hear the next chunk; see `push`."""
        events, self.state = self.push(chunk, self.state)
        return list(events)

    def finish(self) -> list[Event]:
        """Hear the end; see `end`."""
        events, self.state = self.end(self.state)
        return list(events)

    def push(self, chunk: np.ndarray, state: StreamState) -> tuple[tuple[Event, ...], StreamState]:
        """Hear a chunk.

        Args:
            chunk: (N,) or (N, C), any number of samples: floats in [-1, 1] or integer PCM.
            state: before it. It can be used again, unless the audio is resampled.

        Returns:
            What there is to tell, and the state after it.

        Raises:
            AudioError: it is no audio, holds NaN, or has another number of channels than the chunks before; it was
                not heard.
            ValueError: the stream was finished.
        """
        _refuse_finished(state)
        samples, intake = take(state.intake, chunk)
        if not len(samples):
            return (), replace(state, intake=intake)
        return self._hops(replace(state, intake=intake, waiting=np.concatenate([state.waiting, samples])))

    def end(self, state: StreamState) -> tuple[tuple[Event, ...], StreamState]:
        """Hear the end of the stream: what is being said is over.

        Raises:
            ValueError: the stream was finished before.
        """
        _refuse_finished(state)
        events, state = self._hops(replace(state, waiting=np.concatenate([state.waiting, flush(state.intake)])))
        more, state = self._listen(replace(state, waiting=state.waiting[:0]), state.waiting, is_last=True)
        last: tuple[Event, ...] = ()
        if state.utterance is not None:
            stop = state.endpoint.stop
            last, state = self._close(state, state.utterance, stop, self._end_of(state, stop))
        return (*events, *more, *last), replace(state, is_over=True, sound=Sound(), utterance=None)

    def _hops(self, state: StreamState) -> tuple[tuple[Event, ...], StreamState]:
        """Take every whole hop of what waits."""
        events: list[Event] = []
        waiting = state.waiting
        whole = len(waiting) // self._hop * self._hop
        for at in range(0, whole, self._hop):
            new, state = self._listen(state, waiting[at : at + self._hop], is_last=False)
            events += new
        return tuple(events), replace(state, waiting=waiting[whole:].copy())  # a copy: lets go of a long chunk

    def _listen(
        self, state: StreamState, samples: np.ndarray, *, is_last: bool
    ) -> tuple[tuple[Event, ...], StreamState]:
        """Hear the next samples, at most a hop."""
        sound = state.sound.plus(samples, keep_from=self._keep_from(state))
        num_known = state.endpoint.num_frames
        fresh = speech_of_new_frames(sound, num_known, self._ear, self._options, is_last=is_last)
        speech = np.concatenate([state.speech, fresh])[-self._longest_frames :]
        state = replace(state, sound=sound, speech=speech)
        events: list[Event] = []
        for probability in fresh:
            new, state = self._turn(state, hear_frame(state.endpoint, probability, self._endpoint, self._shift_s))
            events += new
        if state.utterance is not None and not is_last:
            new, state = self._think(state, state.utterance)
            events += new
        if self._ear.keywords is not None:
            hits, keywords = self._ear.keywords.push(samples, state.keywords, is_last=is_last)
            state = replace(state, keywords=keywords)
            events += [KeywordHeard(state.at_s, hit) for hit in hits]
        return tuple(events), state

    def _turn(self, state: StreamState, after: Endpoint) -> tuple[tuple[Event, ...], StreamState]:
        """One frame on: does an utterance begin, is it over, is it too long?"""
        before, state = state.endpoint, replace(state, endpoint=after)
        if after.is_speaking and not before.is_speaking:
            assert after.start is not None
            return self._open(state, after.start)
        if state.utterance is None:
            return (), state
        if not after.is_speaking:
            return self._close(state, state.utterance, before.stop, self._end_of(state, before.stop))
        if after.num_frames - state.utterance.start < self._longest_frames:
            return (), state
        return self._split(state, state.utterance)

    def _open(self, state: StreamState, start: int) -> tuple[tuple[Event, ...], StreamState]:
        at = start * self._ear.samples_per_frame
        first = max(at - round(self._options.preroll_s * SAMPLE_RATE), state.heard_to, 0)
        event = SpeechStart(state.at_s, _round(at / SAMPLE_RATE))
        return (event,), replace(state, utterance=Utterance(start, first, read_to=at))

    def _close(
        self, state: StreamState, utterance: Utterance, stop: int, end: int
    ) -> tuple[tuple[Event, ...], StreamState]:
        """Speech is over before the frame `stop`, the audio at `end`: the result, computed now if it is not yet."""
        guess = utterance.guess
        is_known = guess is not None and (guess.stop, guess.end) == (stop, end)
        result = guess.result if guess is not None and is_known else answer(utterance, state.sound, end, self._ear)
        start_s = _round(utterance.start * self._shift_s)
        end_s = _round(min(stop * self._ear.samples_per_frame, state.sound.end) / SAMPLE_RATE)
        events = (
            SpeechEnd(state.at_s, end_s),
            Final(state.at_s, start_s, end_s, utterance.first / SAMPLE_RATE, result),
        )
        return events, replace(state, utterance=None, heard_to=min(stop * self._ear.samples_per_frame, end))

    def _split(self, state: StreamState, utterance: Utterance) -> tuple[tuple[Event, ...], StreamState]:
        """The utterance is too long: end it at its best pause and go on with another."""
        known = state.endpoint
        since = state.speech[len(state.speech) - (known.num_frames - utterance.start) :]
        assert self._endpoint.threshold is not None
        cut = utterance.start + best_cut(since, self._endpoint.threshold - HYSTERESIS, self._ear.samples_per_frame)
        if known.stop <= cut:
            events, state = self._close(state, utterance, known.stop, self._end_of(state, known.stop))
            return events, replace(state, endpoint=Endpoint(known.num_frames))
        events, state = self._close(state, utterance, cut, cut * self._ear.samples_per_frame)
        more, state = self._open(replace(state, endpoint=replace(known, start=cut)), cut)
        return (*events, *more), state

    def _think(self, state: StreamState, utterance: Utterance) -> tuple[tuple[Event, ...], StreamState]:
        """What is worth computing now: the result ahead, the words so far, or nothing."""
        stop, sound = state.endpoint.stop, state.sound
        if round(state.endpoint.num_silent * self._shift_s, 6) >= self._endpoint.hint_s:
            after = guess_ahead(utterance, sound, stop, self._end_of(state, stop), self._ear)
        elif is_due(utterance, sound.end, self._ear, self._options):
            after = read_words(utterance, sound, self._ear, self._options)
        else:
            return (), state
        state, words = replace(state, utterance=after), after.agreed
        if words == utterance.agreed or not (words.stable or words.tentative) or not self._options.partial_every_s:
            return (), state
        start_s = _round(utterance.start * self._shift_s)
        return (Partial(state.at_s, start_s, words.stable, words.tentative),), state

    def _end_of(self, state: StreamState, stop: int) -> int:
        """The sample an utterance's audio goes to if speech ends before the frame `stop`."""
        hint = round(self._endpoint.hint_s * SAMPLE_RATE)
        return min(stop * self._ear.samples_per_frame + hint, state.sound.end)

    def _keep_from(self, state: StreamState) -> int:
        """The first sample that may still be needed after another hop."""
        options = self._options
        recent_s = options.window_s + options.lookahead_s + options.preroll_s + self._endpoint.min_speech_s
        recent = state.sound.end - round(recent_s * SAMPLE_RATE) - self._hop
        return recent if state.utterance is None else min(recent, state.utterance.first)

    @property
    def _endpoint(self) -> EndpointOptions:
        return self._options.endpoint

    @property
    def _longest_frames(self) -> int:
        assert self._endpoint.max_utterance_s is not None
        return round(self._endpoint.max_utterance_s / self._shift_s)


def _refuse_finished(state: StreamState) -> None:
    if state.is_over:
        raise ValueError("the stream was finished, nothing more can be heard in it: start another one")


def _round(seconds: float) -> float:
    """Seconds as a person would write them: 20 ms frames added up are 0.6, not 0.6000000000000001."""
    return round(seconds, 6)
