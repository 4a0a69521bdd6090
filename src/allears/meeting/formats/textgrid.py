"""TextGrid, the annotation file of Praat: all words, and a tier of turns for each speaker."""

from __future__ import annotations

from allears.decode.answers import LabelledSpan, Segment, Timeline, Transcript
from allears.formats.textgrid import textgrid as of_result
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat
from allears.meeting.minutes import Minutes
from allears.runtime.result import Result

__all__ = ["textgrid"]

_WORDS = ("transcribe", "words")  # taken by what was said


@MINUTES_FORMATS.register
def textgrid() -> MinutesFormat:
    """Praat's TextGrid, a tier a speaker."""
    return MinutesFormat(suffix=".textgrid", write=_write)


def _write(minutes: Minutes) -> str:
    said = tuple(Segment(turn.start_s, turn.end_s, turn.text, turn.words) for turn in minutes.turns)
    answers: dict[str, object] = {"transcribe": Transcript(said, None)}
    for speaker in minutes.speakers:
        own = [turn for turn in minutes.turns if turn.speaker == speaker.id]
        spans = tuple(LabelledSpan(turn.text or speaker.name, turn.start_s, turn.end_s, 1.0) for turn in own)
        name = speaker.name if speaker.name not in _WORDS else f"{speaker.name} ({speaker.id})"
        answers[name] = Timeline(spans)
    return of_result().write(Result(minutes.source, minutes.duration_s, answers))
