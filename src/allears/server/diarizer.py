"""Who spoke when: what the routes need of whoever tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from allears.decode.answers import Embedding
from allears.runtime.hearing import Progress

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["Diarizer", "Turn", "WhoSpoke"]


@dataclass(frozen=True)
class Turn:
    """Somebody speaks: `speaker` is the same for all turns of one voice. Turns may overlap."""

    speaker: str
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class WhoSpoke:
    """What was found in a recording.

    Attributes:
        turns: in order of their start.
        voices: speaker -> what they sound like.
        names: speaker -> name, of those who are enrolled.
    """

    turns: tuple[Turn, ...]
    voices: Mapping[str, Embedding] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


class Diarizer(Protocol):
    """Tells who speaks when."""

    def diarize(self, session: Session, file: BinaryIO, *, num_speakers: int | None, on_progress: Progress) -> WhoSpoke:
        """Who speaks when in a file.

        Args:
            num_speakers: how many there are; found if None.
            on_progress: called after each window; what it raises ends the work.
        """
        ...
