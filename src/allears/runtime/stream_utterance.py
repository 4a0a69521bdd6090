"""One utterance of a stream: the words so far, and the result that is computed ahead when it seems to be over.

In: what is known of the utterance, and the sound. Out: what is known then. Nothing here looks at a clock: what is done
depends on the audio alone, so that a stream in other chunks gives the same.

Reading again what was read before costs more the longer the utterance is. So words are read rarer the more there is to
read, and not from the start but from 2 s before the end of the stable words once there are 8 s; and a stretch with many
pauses gets no more results ahead than it can afford.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from allears.audio import SAMPLE_RATE
from allears.decode.answers import Word
from allears.runtime.result import Result
from allears.runtime.stream_agree import Agreement, agree
from allears.runtime.stream_ear import Ear
from allears.runtime.stream_options import StreamOptions
from allears.runtime.stream_shift import shifted
from allears.runtime.stream_sound import Sound

__all__ = ["Guess", "Utterance", "answer", "guess_ahead", "is_due", "read_words"]

_WHOLE_S = 8.0  # an utterance is read from its start up to that length
_CONTEXT_S = 2.0  # of stable words are read again before the new ones
_RARER = 0.2  # seconds to wait a second there is to read, where the text decoder reads
_RARER_QUICK = 0.1  # where the CTC head does
_FREE_S, _SHARE = 10.0, 2.0  # results ahead may have heard 10 s, and twice the utterance


@dataclass(frozen=True, eq=False)
class Guess:
    """The result if no more speech follows.

    Attributes:
        stop: frame after the last speech, which it holds for.
        end: sample up to which it was heard.
        result: in the times of the stream.
    """

    stop: int
    end: int
    result: Result


@dataclass(frozen=True, eq=False)
class Utterance:
    """What is known of an utterance.

    Attributes:
        start: its first frame.
        first: sample its audio begins at.
        agreed: words so far.
        read_to: sample up to which words were read.
        guess: the result computed ahead last.
        num_guessed: samples heard for results ahead.
    """

    start: int
    first: int
    agreed: Agreement = field(default_factory=Agreement)
    read_to: int = 0
    guess: Guess | None = None
    num_guessed: int = 0


def is_due(utterance: Utterance, end: int, ear: Ear, options: StreamOptions) -> bool:
    """Whether it is time to read the words again, now that there are samples up to `end`."""
    if ear.words is None or not options.partial_every_s:
        return False
    to_read_s = (end - _read_from(utterance, end)) / SAMPLE_RATE
    wait_s = max(options.partial_every_s, to_read_s * (_RARER_QUICK if ear.is_quick else _RARER))
    return (end - utterance.read_to) / SAMPLE_RATE >= wait_s - 1e-6


def read_words(utterance: Utterance, sound: Sound, ear: Ear, options: StreamOptions) -> Utterance:
    """Read the words up to the newest sample."""
    assert ear.words is not None
    first, end = _read_from(utterance, sound.end), sound.end
    words = shifted(tuple(ear.words(sound.cut(first, end))), first / SAMPLE_RATE)
    until_s = end / SAMPLE_RATE - options.edge_s
    agreed = agree(utterance.agreed, words, from_s=first / SAMPLE_RATE, until_s=until_s)
    return replace(utterance, agreed=agreed, read_to=end)


def guess_ahead(utterance: Utterance, sound: Sound, stop: int, end: int, ear: Ear) -> Utterance:
    """Compute the result as if speech ended before the frame `stop`; not if too much was computed already."""
    length = end - utterance.first
    is_known = utterance.guess is not None and utterance.guess.stop == stop
    if is_known or utterance.num_guessed > _SHARE * length + _FREE_S * SAMPLE_RATE:
        return utterance
    result = answer(utterance, sound, end, ear)
    after = replace(utterance, guess=Guess(stop, end, result), num_guessed=utterance.num_guessed + length)
    words = _words(result)
    if ear.words is None or not words:
        return after
    agreed = agree(utterance.agreed, words, from_s=utterance.first / SAMPLE_RATE, until_s=end / SAMPLE_RATE)
    return replace(after, agreed=agreed, read_to=sound.end)


def answer(utterance: Utterance, sound: Sound, end: int, ear: Ear) -> Result:
    """All answers for the utterance up to a sample, in the times of the stream."""
    heard = ear.hear(sound.cut(utterance.first, end))
    first_s = utterance.first / SAMPLE_RATE
    moved = {task: shifted(value, first_s) for task, value in heard.answers.items()}
    return replace(heard, source="stream", answers=moved, command=shifted(heard.command, first_s))


def _words(result: Result) -> Sequence[Word]:
    """The words of the result's first text, if it has one."""
    if result.transcript is not None:
        return result.words
    texts = (value.words for value in result.answers.values() if hasattr(value, "words"))
    return next(texts, ())


def _read_from(utterance: Utterance, end: int) -> int:
    """The sample to read words from: the start, or the end of a stable word some way back in a long utterance."""
    stable = utterance.agreed.stable
    if not stable or end - utterance.first <= _WHOLE_S * SAMPLE_RATE:
        return utterance.first
    ends = [word.end_s for word in stable if word.end_s <= stable[-1].end_s - _CONTEXT_S]
    return max(utterance.first, round(ends[-1] * SAMPLE_RATE)) if ends else utterance.first
