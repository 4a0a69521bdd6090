"""Hears one chunk: words and speech by a session, and from the same pass of the encoder what each piece sounds like.

In: (S,) samples and where they start. Out: a `Chunk`. The heads `speaker` and `emotion` are run on stretches of the
layers, so the encoder, by far the most work, runs once a chunk.

Letters: S samples, L layers, T frames, D width, N pieces, E size of the embedding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.decode.answers import Segment, Span
from allears.decode.embedding import unit
from allears.meeting.chunk import Chunk
from allears.meeting.local import TURNS, LocalWindow, later, local_windows
from allears.meeting.pieces import pieces_of
from allears.runtime.languages import sure_or_usual
from allears.runtime.overheard import Pass
from allears.runtime.result import Result
from allears.runtime.session import Session
from allears.spec import ModelSpec

__all__ = ["EMOTION", "SPEAKER", "MeetingEar", "has_task"]

SPEAKER, SPEECH, EMOTION, LANGUAGE, TRANSCRIBE = "speaker", "speech", "emotion", "language", "transcribe"

Past = Sequence[tuple[Mapping[str, float], float]]
"""Of the chunks so far: languages and seconds of speech."""


def has_task(model: ModelSpec, name: str) -> bool:
    """Whether the model has a task."""
    return any(task.name == name for task in model.tasks)


class MeetingEar:
    """Hears chunks with a session.

    Args:
        session: with a model that has `speech` and `speaker`.
        language: code of what is spoken; found chunk by chunk if None.
        hotwords: phrases to expect.
        has_text: whether to write down what is said.
        has_moods: whether to tell moods, if the model can; as `has_text` if None.

    Raises:
        ValueError: the model lacks a task.
    """

    def __init__(
        self,
        session: Session,
        *,
        language: str | None = None,
        hotwords: Sequence[str] = (),
        has_text: bool = True,
        has_moods: bool | None = None,
    ) -> None:
        missing = [name for name in (SPEECH, SPEAKER) if not has_task(session.spec, name)]
        if missing:
            raise ValueError(
                f"the model {session.spec.name!r} cannot tell who spoke: it has no task {' or '.join(missing)}; "
                "use one that has, with --model"
            )
        self._session, self._language, self._hotwords = session, language, list(hotwords) or None
        wanted = (TRANSCRIBE, LANGUAGE) if has_text else ()
        self._tasks = [SPEECH, *(name for name in wanted if has_task(session.spec, name))]
        self._has_moods = (has_text if has_moods is None else has_moods) and has_task(session.spec, EMOTION)
        self._model, self._has_turns = session.spec, has_task(session.spec, TURNS)
        also = {EMOTION: self._has_moods, TURNS: self._has_turns}
        session.load([*self._tasks, SPEAKER, *(name for name, is_heard in also.items() if is_heard)])

    def hear(self, audio: np.ndarray, start_s: float, past: Past = ()) -> Chunk:
        """Hear (S,) samples that begin at `start_s` of the meeting."""
        passes: list[Pass] = []
        result = self._heard(audio, passes, past)
        spans = result.speech or ()
        pieces = pieces_of(spans)
        layers = passes[-1]
        # what pieces sound like tells people apart only where windows do not
        vectors = [] if self._has_turns else [_head(layers, SPEAKER, piece) for piece in pieces]
        moods = [_head(layers, EMOTION, piece) for piece in pieces] if self._has_moods else []
        has_words = bool(result.segments)
        languages = result.language.probabilities if result.language is not None and spans else {}
        return Chunk(
            start_s=start_s,
            end_s=start_s + len(audio) / SAMPLE_RATE,
            segments=tuple(_later(segment, start_s) for segment in result.segments),
            language=result.transcript.language if result.transcript is not None and has_words else None,
            speech=tuple(Span(span.start_s + start_s, span.end_s + start_s) for span in spans),
            pieces=pieces + start_s,
            vectors=unit(np.stack(vectors)).astype(np.float32) if vectors else np.zeros((len(pieces), 0), np.float32),
            moods=np.stack(moods).astype(np.float32) if moods else np.zeros((len(pieces), 0), np.float32),
            languages=languages,
            windows=self._windows(layers, spans, start_s),
        )

    def _windows(self, heard: Pass, speech: Sequence[Span], start_s: float) -> tuple[LocalWindow, ...]:
        if not self._has_turns:
            return ()
        num_frames = -(-len(heard.audio) // heard.samples_per_frame)
        return tuple(later(window, start_s) for window in local_windows(heard, self._model, num_frames, speech))

    def _heard(self, audio: np.ndarray, passes: list[Pass], past: Past) -> Result:
        """The result; heard again where the chunk alone is unsure of its language and the meeting so far is not."""
        session = self._session.overheard(passes.append)
        hear = partial(session.hear, audio, tasks=self._tasks, hotwords=self._hotwords, keywords=False)
        result = hear(language=self._language)
        heard_as = result.transcript.language if result.transcript is not None else None
        if self._language is not None or result.language is None or not result.segments or not past:
            return result
        speech_s = sum(span.end_s - span.start_s for span in result.speech or ())
        windows = [*(languages for languages, _ in past), result.language.probabilities]
        usual = sure_or_usual(windows, [*(weight for _, weight in past), speech_s])
        if usual == heard_as:
            return result
        again = hear(language=usual)
        return replace(again, answers={**again.answers, LANGUAGE: result.language})


def _head(heard: Pass, name: str, piece: np.ndarray) -> np.ndarray:
    """What a head makes of a piece (2,) of seconds: (C,)."""
    first, last = (round(float(t) * SAMPLE_RATE / heard.samples_per_frame) for t in piece)
    return heard.head(name, np.ascontiguousarray(heard.layers[:, :, first : max(last, first + 1)])).reshape(-1)


def _later(segment: Segment, by_s: float) -> Segment:
    words = tuple(replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s) for word in segment.words)
    return replace(segment, start_s=segment.start_s + by_s, end_s=segment.end_s + by_s, words=words)
