"""What a meeting gives: who spoke when and what was said. Frozen values; times are seconds from the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from allears.decode.answers import Embedding, Word

__all__ = ["Minutes", "Speaker", "Spoken", "Turn"]


@dataclass(frozen=True, eq=False)
class Speaker:
    """Somebody who spoke.

    Attributes:
        id: `S1`, `S2`, ... in order of their first word; it stays when the name changes.
        name: `Speaker 1`, or that of the enrolled voice, or as it was renamed.
        voice: what the voice sounds like; biometric data.
        speech_s: seconds the person spoke.
        is_known: named after an enrolled voice, or renamed.
        maybe: name of an enrolled voice that it may be; empty if there is none, or it is known.
    """

    id: str
    name: str
    voice: Embedding
    speech_s: float
    is_known: bool = False
    maybe: str = ""


@dataclass(frozen=True)
class Spoken:
    """A stretch in which a speaker (by id) speaks; stretches of two speakers may overlap."""

    speaker: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Turn:
    """What one speaker said in one go.

    Attributes:
        speaker: id.
        start_s, end_s: of it.
        text: what was said; empty where nothing was written down.
        words: with their times.
        mood: the likeliest emotion; empty for short turns, and with a model that cannot tell.
        mood_probability: of it.
        language: code; None where nothing was written down.
        is_overlapped: somebody else speaks at the same time for 0.2 s or more of it.
    """

    speaker: str
    start_s: float
    end_s: float
    text: str = ""
    words: tuple[Word, ...] = ()
    mood: str = ""
    mood_probability: float = 0.0
    language: str | None = None
    is_overlapped: bool = False


@dataclass(frozen=True, eq=False)
class Minutes:
    """A meeting.

    Attributes:
        source: what was heard.
        duration_s: length of the audio.
        speakers: in order of their first word.
        turns: in order of their start.
        spoken: who spoke when, to 0.1 s, in order of the start.
        model: name and version of what heard it.
    """

    source: str
    duration_s: float
    speakers: tuple[Speaker, ...]
    turns: tuple[Turn, ...]
    spoken: tuple[Spoken, ...]
    model: str = ""

    @property
    def names(self) -> Mapping[str, str]:
        """Id -> name."""
        return {speaker.id: speaker.name for speaker in self.speakers}

    def speaker(self, who: str) -> Speaker:
        """The speaker of an id, or of a name in any case.

        Raises:
            ValueError: there is none, or several of that name.
        """
        key = who.strip().casefold()
        found = [one for one in self.speakers if key in (one.id.casefold(), one.name.casefold())]
        if len(found) == 1:
            return found[0]
        have = ", ".join(f"{one.id} ({one.name})" for one in self.speakers) or "none"
        what = "several speakers are" if found else "no speaker is"
        raise ValueError(f"{what} called {who!r} in the minutes of {self.source}: give one of {have}")

    def renamed(self, who: str, name: str) -> Minutes:
        """The minutes with another name for a speaker. Names are an overlay: ids, turns and times stay.

        Raises:
            ValueError: there is no such speaker; no name; another speaker has it.
        """
        speaker, name = self.speaker(who), name.strip()
        if not name:
            raise ValueError(f"{who!r} needs a new name: give one, such as 'Ann'")
        if any(one.name.casefold() == name.casefold() for one in self.speakers if one.id != speaker.id):
            raise ValueError(f"another speaker is called {name!r} in the minutes of {self.source}: take another name")
        return self._with(replace(speaker, name=name, is_known=True, maybe=""))

    def _with(self, speaker: Speaker) -> Minutes:
        speakers: Sequence[Speaker] = [speaker if one.id == speaker.id else one for one in self.speakers]
        return replace(self, speakers=tuple(speakers))
