"""Where an utterance begins and where it is over, from the probability of speech of one frame after the other.

In: options, a state, a probability. Out: the next state. Speech begins where the threshold was reached and the
probability has stayed above the threshold - 0.15 for `min_speech_s` (hysteresis as in `decode/segments.py`). It is over
after `min_silence_s` without speech, so that a pause inside a command does not cut it. The longer somebody speaks, the
shorter a pause ends the utterance: from `patience_s` on, the silence it takes falls in a line, to `hint_s` at
`max_utterance_s`.

Frames are numbered from the start of the stream.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from allears.decode.segments import HYSTERESIS

__all__ = ["Endpoint", "EndpointOptions", "hear_frame"]

_LONG_S = 25.0  # nobody waits longer for a result
_AROUND_S = 1.0  # what is heard before and after an utterance, at most


@dataclass(frozen=True)
class EndpointOptions:
    """When somebody begins and ends to speak; docs/streaming.md has what the values were chosen by.

    Attributes:
        threshold: probability of speech, 0 to 1; None for the model's own.
        min_speech_s: shorter sounds are not speech.
        min_silence_s: silence that ends an utterance.
        hint_s: silence that is a sign of an end: the final result is then computed ahead.
        patience_s: length of an utterance from which on shorter pauses end it; None for half of the longest.
        max_utterance_s: longest utterance, a longer one is cut at its best pause; None for 25 s, or what the model can
            take in one pass if that is less.

    Raises:
        ValueError: values that do not go together.
    """

    threshold: float | None = None
    min_speech_s: float = 0.12
    min_silence_s: float = 0.8
    hint_s: float = 0.2
    patience_s: float | None = None
    max_utterance_s: float | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 < self.threshold < 1:
            raise ValueError(f"threshold must be between 0 and 1, got {self.threshold}: 0.5 is usual")
        if not 0 < self.hint_s <= self.min_silence_s:
            raise ValueError(
                f"hint_s must be above 0 and at most min_silence_s, got {self.hint_s} and {self.min_silence_s}: a hint "
                "comes before the end it hints at"
            )
        rising = [v for v in (0.0, self.min_speech_s, self.patience_s, self.max_utterance_s) if v is not None]
        if any(a >= b for a, b in pairwise(rising)):
            raise ValueError(
                "0 < min_speech_s < patience_s < max_utterance_s must hold, got "
                f"{self.min_speech_s}, {self.patience_s}, {self.max_utterance_s}: change one of them"
            )

    def resolved(self, threshold: float, longest_s: float) -> EndpointOptions:
        """The same with what is None filled in, for a model's threshold and the longest audio it takes in one pass.

        Raises:
            ValueError: utterances longer than that are asked for.
        """
        most_s = longest_s - _AROUND_S
        max_s = min(_LONG_S, most_s) if self.max_utterance_s is None else self.max_utterance_s
        if max_s > most_s:
            raise ValueError(f"max_utterance_s is {max_s}, but the model takes {most_s:.0f} s in one pass: give less")
        patience_s = max_s / 2 if self.patience_s is None else self.patience_s
        threshold = threshold if self.threshold is None else self.threshold
        return replace(self, threshold=threshold, patience_s=patience_s, max_utterance_s=max_s)

    def needed_silence_s(self, length_s: float) -> float:
        """The silence that ends an utterance of that length."""
        assert self.patience_s is not None
        assert self.max_utterance_s is not None
        part = (length_s - self.patience_s) / (self.max_utterance_s - self.patience_s)
        return self.min_silence_s - min(max(part, 0.0), 1.0) * (self.min_silence_s - self.hint_s)


@dataclass(frozen=True)
class Endpoint:
    """What is known after some frames.

    Attributes:
        num_frames: heard.
        start: first frame of the utterance, or of a sound that may become one; None if there is none.
        stop: one past the last frame of speech in it.
        is_speaking: whether it is an utterance already.
    """

    num_frames: int = 0
    start: int | None = None
    stop: int = 0
    is_speaking: bool = False

    @property
    def num_silent(self) -> int:
        """Frames since the last speech of the utterance; 0 if there is none."""
        return self.num_frames - self.stop if self.is_speaking else 0


def hear_frame(before: Endpoint, probability: float, options: EndpointOptions, frame_shift_s: float) -> Endpoint:
    """The state after one more frame. An utterance is over where `is_speaking` goes from true to false."""
    assert options.threshold is not None
    num_frames = before.num_frames + 1
    was_on = before.start is not None and before.stop == before.num_frames
    is_on = probability >= options.threshold - (HYSTERESIS if was_on else 0.0)
    start = before.start if before.is_speaking or was_on else before.num_frames
    if is_on:
        is_speaking = before.is_speaking or _seconds(start, num_frames, frame_shift_s) >= options.min_speech_s
        return Endpoint(num_frames, start, num_frames, is_speaking)
    silent_s = _seconds(before.stop, num_frames, frame_shift_s)
    if before.is_speaking and silent_s < options.needed_silence_s(_seconds(start, before.stop, frame_shift_s)):
        return Endpoint(num_frames, start, before.stop, True)
    return Endpoint(num_frames)


def _seconds(first: int | None, stop: int, frame_shift_s: float) -> float:
    """Length of frames `first` to `stop`, rounded so that 6 frames of 20 ms are 0.12 s."""
    assert first is not None
    return round((stop - first) * frame_shift_s, 6)
