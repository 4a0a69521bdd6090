"""What a format of minutes is: a suffix, and a function from minutes to text; and helpers that several share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from allears.decode.answers import Segment, Transcript
from allears.formats.cues import Cue, cues
from allears.meeting.minutes import Minutes, Turn
from allears.runtime.result import Result

__all__ = ["MinutesFormat", "named_cues", "recording"]


@dataclass(frozen=True)
class MinutesFormat:
    """A way to write minutes down.

    Attributes:
        suffix: of the files, with the dot.
        write: the text of a file.
        is_private: a file holds voices, and is for the user alone.
    """

    suffix: str
    write: Callable[[Minutes], str]
    is_private: bool = False


def recording(minutes: Minutes) -> str:
    """Name of the recording, without folder and suffix."""
    return Path(minutes.source).stem or minutes.source


def named_cues(minutes: Minutes) -> list[tuple[str, Cue]]:
    """Subtitles of all turns, with who speaks, in order of their start; those of two speakers may overlap."""
    names = minutes.names
    found = [(names.get(turn.speaker, turn.speaker), cue) for turn in minutes.turns for cue in _cues(turn, minutes)]
    return sorted(found, key=lambda one: (one[1].start_ms, one[1].end_ms))


def _cues(turn: Turn, minutes: Minutes) -> list[Cue]:
    segment = Segment(turn.start_s, turn.end_s, turn.text, turn.words)
    return cues(Result(minutes.source, minutes.duration_s, {"transcribe": Transcript((segment,), turn.language)}))
