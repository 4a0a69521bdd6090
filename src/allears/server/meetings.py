"""The meeting assistant as the one that tells who spoke when."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from allears.meeting.minutes import Minutes
from allears.runtime.hearing import Progress
from allears.server.hearing import Asked

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["MeetingDiarizer"]


class MeetingDiarizer:
    """Hears a recording as a meeting.

    Args:
        voices_folder: of enrolled voices, who have their names; the user's own if None.
    """

    def __init__(self, voices_folder: str | None = None) -> None:
        self._folder = voices_folder

    def diarize(
        self, session: Session, file: BinaryIO, asked: Asked | None, *, num_speakers: int | None, on_progress: Progress
    ) -> Minutes:
        """See `Diarizer`."""
        from allears.meeting.meeting import Meeting  # here, so that a server that is not asked does not load it

        how = asked or Asked()
        meeting = Meeting(
            session,
            voices=self._folder,
            language=how.language,
            hotwords=how.hotwords,
            has_text=asked is not None,
            has_moods=True,
        )
        return meeting.hear(file, num_speakers=num_speakers, on_progress=on_progress)
