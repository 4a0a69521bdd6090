"""Who spoke when, and what: what the routes need of whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

from allears.runtime.hearing import Progress

if TYPE_CHECKING:
    from allears.meeting.minutes import Minutes
    from allears.runtime.session import Session
    from allears.server.hearing import Asked

__all__ = ["Diarizer"]


class Diarizer(Protocol):
    """Tells who speaks when."""

    def diarize(
        self, session: Session, file: BinaryIO, asked: Asked | None, *, num_speakers: int | None, on_progress: Progress
    ) -> Minutes:
        """Who speaks when in a file, and what, from one pass over it.

        Args:
            session: ready to hear.
            file: with the audio.
            asked: how words are to be heard; if None, nothing is written down.
            num_speakers: how many there are; found if None.
            on_progress: called after each window; what it raises ends the work.
        """
        ...
