"""Who said what and when: a recording in, `Minutes` out.

from allears.meeting import Meeting
for turn in Meeting().hear("meeting.wav").turns: print(turn.speaker, turn.text)

The recording is heard in chunks of at most one pass of the encoder, cut where it is quiet; of each chunk words, speech
and what its pieces sound like are kept, and no audio. When all is heard, voices are told apart over the whole meeting.
So an hour needs the memory of a chunk, and of some 7,000 vectors.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from allears.audio import SAMPLE_RATE, AudioSource, AudioStream, open_audio
from allears.meeting.chunk import Chunk, joined
from allears.meeting.diarize import Options, diarize
from allears.meeting.ear import SPEAKER, MeetingEar, Past
from allears.meeting.minutes import Minutes
from allears.meeting.moods import with_moods
from allears.meeting.naming import name_speakers
from allears.meeting.turns import turns_of
from allears.meeting.work import Work
from allears.runtime.hearing import Progress
from allears.runtime.model_folder import ModelFolder
from allears.runtime.origin import OriginOf
from allears.runtime.session import Session
from allears.runtime.voices import Voices
from allears.runtime.windows import Look, cut_windows
from allears.spec import ModelSpec

__all__ = ["Ear", "Meeting", "minutes_of"]

_QUIET = 0.05  # of the loudest frame of a chunk (-26 dB): where a cut hurts nobody
_SKIP_S = 60.0  # read at a time of what was heard before


class Ear(Protocol):
    """Hears a chunk: see `ear.py`."""

    def hear(self, audio: np.ndarray, start_s: float, past: Past = ()) -> Chunk: ...


class Meeting:
    """Hears meetings with a session.

    Args:
        session: ready to hear; one with the model that ships if None.
        voices: enrolled, or the folder of them; the user's own if None. They give their names.
        language: code of what is spoken; found if None.
        hotwords: phrases to expect.
        has_text: whether what is said is written down.
        has_moods: whether moods are told; as `has_text` if None.
        options: how voices are told apart.
        ear: hears the chunks; one that uses the session if None.

    Raises:
        ValueError: the model cannot tell who speaks.
    """

    def __init__(
        self,
        session: Session | None = None,
        *,
        voices: Voices | str | Path | None = None,
        language: str | None = None,
        hotwords: Sequence[str] = (),
        has_text: bool = True,
        has_moods: bool | None = None,
        options: Options | None = None,
        ear: Ear | None = None,
    ) -> None:
        self._session = session or Session()
        self._voices, self._options = voices, options
        self._how = (
            {"language": language, "has_text": has_text}
            | ({"hotwords": "\n".join(hotwords)} if hotwords else {})
            | ({} if has_moods is None else {"has_moods": has_moods})
        )
        self._ear = ear or MeetingEar(
            self._session, language=language, hotwords=hotwords, has_text=has_text, has_moods=has_moods
        )

    def hear(
        self,
        source: AudioSource | AudioStream,
        *,
        sample_rate: int | None = None,
        num_speakers: int | None = None,
        work: Path | None = None,
        is_resumed: bool = False,
        on_progress: Progress | None = None,
    ) -> Minutes:
        """Hear a meeting of any length.

        Args:
            source: as of `Session.hear`, or an open stream, such as a microphone's.
            sample_rate: of an array, Hz.
            num_speakers: how many speak, 1 to 8; found if None.
            work: folder to keep the work in until `Work.finish`; nothing is kept if None.
            is_resumed: go on with the work that is there.
            on_progress: called after each chunk; what it raises ends the work.

        Raises:
            AudioError: the audio cannot be heard.
            ValueError: work that cannot be gone on with; a number of speakers that cannot be.
        """
        if isinstance(source, AudioStream):
            return self._hear(source, None, num_speakers, work, is_resumed, on_progress)
        with open_audio(source, sample_rate=sample_rate) as stream:
            return self._hear(stream, source, num_speakers, work, is_resumed, on_progress)

    def chunks(self, audio: np.ndarray) -> list[Chunk]:
        """The chunks of (S,) samples at 16 kHz as they are heard, for those who cluster by themselves."""
        with open_audio(audio) as stream:
            return list(self._chunks(stream, 0, []))

    def _hear(
        self,
        stream: AudioStream,
        source: AudioSource | None,
        num_speakers: int | None,
        work: Path | None,
        is_resumed: bool,
        on_progress: Progress | None,
    ) -> Minutes:
        kept = None
        if work is not None:
            kept = Work(work, _about(stream.name, source, self._session.spec, self._how), is_resumed=is_resumed)
        chunks = list(kept.chunks) if kept is not None else []
        heard = round(chunks[-1].end_s * SAMPLE_RATE) if chunks else 0
        if source is not None:
            _skip(stream, heard)
        for chunk in self._chunks(stream, heard, chunks):
            chunks.append(chunk)
            if kept is not None:
                kept.add(chunk)
            if on_progress is not None:
                total_s = stream.duration_s
                on_progress(chunk.end_s, None if total_s is None else max(total_s, chunk.end_s))
        return minutes_of(
            stream.name, chunks, self._session.spec, self._known, num_speakers=num_speakers, options=self._options
        )

    def _chunks(self, stream: AudioStream, heard: int, before: list[Chunk]) -> Iterator[Chunk]:
        """What is left of a stream of which `heard` samples are in the chunks before."""
        model = self._session.spec
        per_frame = round(model.frame_shift_s * model.sample_rate)
        longest = int(model.max_window_s * SAMPLE_RATE) // per_frame * per_frame
        past = [(chunk.languages, chunk.speech_s) for chunk in before if chunk.languages]
        for window in cut_windows(stream, _unseen, max_samples=longest, samples_per_frame=per_frame, low=_QUIET):
            chunk = self._ear.hear(window.audio, (heard + window.start) / SAMPLE_RATE, past)
            if chunk.languages:
                past.append((chunk.languages, chunk.speech_s))
            yield chunk

    def _known(self) -> Voices:
        if isinstance(self._voices, Voices):
            return self._voices
        origin = OriginOf(ModelFolder(self._session.folder), SPEAKER)
        return Voices.load(self._session.spec, self._voices, origin=origin)


def minutes_of(
    source: str,
    chunks: list[Chunk],
    model: ModelSpec,
    voices: Callable[[], Voices],
    *,
    num_speakers: int | None = None,
    options: Options | None = None,
) -> Minutes:
    """Chunks, all of a meeting -> its minutes. `voices`: those enrolled, asked for once somebody speaks."""
    material = joined(chunks)
    found = diarize(material, options, num_speakers=num_speakers)
    speakers, spoken = name_speakers(found, voices().nearest) if len(found.voices) else ((), ())
    turns = with_moods(turns_of(chunks, spoken), material, model) if spoken else ()
    duration_s = chunks[-1].end_s if chunks else 0.0
    return Minutes(source, duration_s, speakers, turns, spoken, f"{model.name} {model.version}")


def _unseen(audio: np.ndarray) -> Look:
    """Chunks are cut where it is quiet, before any network has heard them: the encoder runs once."""
    del audio
    return Look(None, None, None)


def _skip(stream: AudioStream, num_samples: int) -> None:
    """Read past samples; not by a jump, since a resampler started elsewhere gives other samples."""
    while num_samples > 0 and len(read := stream.read(min(num_samples, round(_SKIP_S * SAMPLE_RATE)))):
        num_samples -= len(read)


def _about(
    name: str, source: AudioSource | None, model: ModelSpec, how: dict[str, str | bool | None]
) -> dict[str, object]:
    """What marks a recording and how it is heard; a file also by its size and time."""
    about: dict[str, object] = {"source": name, "model": f"{model.name} {model.version}", **how}
    if isinstance(source, str | Path):
        stat = os.stat(source)
        about |= {"source": str(Path(source).resolve()), "bytes": stat.st_size, "modified_ns": stat.st_mtime_ns}
    elif isinstance(source, np.ndarray):
        about |= {"samples": len(source)}
    return about
