"""The meeting assistant as the one that tells who spoke when."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from allears.runtime.hearing import Progress
from allears.server.diarizer import Turn, WhoSpoke

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["MeetingDiarizer"]


class MeetingDiarizer:
    """Hears a recording as a meeting, without writing down what is said.

    Args:
        voices_folder: of enrolled voices, who have their names; the user's own if None.
    """

    def __init__(self, voices_folder: str | None = None) -> None:
        self._folder = voices_folder

    def diarize(self, session: Session, file: BinaryIO, *, num_speakers: int | None, on_progress: Progress) -> WhoSpoke:
        """See `Diarizer`."""
        from allears.meeting.meeting import Meeting  # here, so that a server that is not asked does not load it

        meeting = Meeting(session, voices=self._folder, has_text=False)
        minutes = meeting.hear(file, num_speakers=num_speakers, on_progress=on_progress)
        return WhoSpoke(
            tuple(Turn(stretch.speaker, stretch.start_s, stretch.end_s) for stretch in minutes.spoken),
            {speaker.id: speaker.voice for speaker in minutes.speakers},
            {speaker.id: speaker.name for speaker in minutes.speakers if speaker.is_known},
        )
