"""Who spoke when in a file of a request, and which of them sound like the recordings that came with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from allears.audio import SAMPLE_RATE, open_audio
from allears.decode.answers import Embedding
from allears.meeting.minutes import Minutes
from allears.runtime.hearing import Progress
from allears.runtime.voices import DEFAULT_THRESHOLD, SPEAKER
from allears.server.errors import ApiError
from allears.server.forms import Form, Upload, data_url
from allears.server.hearing import Asked, in_turn
from allears.server.serving import Serving

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["Known", "find_speakers", "read_known"]

_MAX_KNOWN = 4  # as OpenAI's
_HEARD_S = 20.0  # of a reference: more does not make a voice clearer


@dataclass(frozen=True)
class Known:
    """Voices that were sent: a name and a recording each."""

    names: tuple[str, ...] = ()
    references: tuple[Upload, ...] = ()


def read_known(form: Form) -> Known:
    """The known speakers of a form.

    Raises:
        ApiError: 400, names and recordings do not go together.
    """
    names, references = form.texts("known_speaker_names"), form.texts("known_speaker_references")
    if len(names) != len(references) or len(names) > _MAX_KNOWN or len(set(names)) < len(names):
        raise ApiError(400, "known speakers are names and as many recordings", param="known_speaker_names",
                       given=f"{len(names)} names and {len(references)} recordings",
                       allowed=f"up to {_MAX_KNOWN} different names, each with a recording of 2 to 10 s")  # fmt: skip
    return Known(tuple(names), tuple(data_url(text, "known_speaker_references") for text in references))


async def find_speakers(
    serving: Serving,
    client: str,
    upload: Upload,
    known: Known,
    others: Sequence[str],
    *,
    asked: Asked | None = None,
    num_speakers: int | None = None,
) -> Minutes:
    """Who speaks when, under names: who sounds like a reference has its name, the others that of their enrolled voice,
    if any, and the rest those of `others`, in the order in which they first speak. With `asked` also what they say.

    Raises:
        ApiError: 501, nobody here can tell; as `hear`.
    """
    diarizer, session = serving.diarizer, serving.engine.session
    if diarizer is None or not any(task.name == SPEAKER for task in session.spec.tasks):
        raise ApiError(501, "this server cannot tell speakers apart", todo="start it with a model that knows voices")
    voices = [await in_turn(serving, client, each, partial(_voice_of, session, each)) for each in known.references]

    def work(progress: Progress) -> Minutes:
        return diarizer.diarize(session, upload.audio, asked, num_speakers=num_speakers, on_progress=progress)

    found = replace(await in_turn(serving, client, upload, work), source=upload.name)
    heard = {speaker.id: speaker.voice for speaker in found.speakers}
    matched = _matched(heard, dict(zip(known.names, voices, strict=True)), _threshold(session))
    enrolled = {one.id: one.name for one in found.speakers if one.is_known and one.name not in matched.values()}
    return _named(found, enrolled | matched, others)


def _matched(voices: Mapping[str, Embedding], known: Mapping[str, Embedding], threshold: float) -> dict[str, str]:
    """The best pair first; nobody has two names, no name two people."""
    pairs = [(voice.similarity(sent), who, name) for who, voice in voices.items() for name, sent in known.items()]
    found: dict[str, str] = {}
    for similarity, who, name in sorted(pairs, reverse=True):
        if similarity >= threshold and who not in found and name not in found.values():
            found[who] = name
    return found


def _threshold(session: Session) -> float:
    stated = session.spec.task(SPEAKER).decode.get("threshold")
    return float(DEFAULT_THRESHOLD if stated is None else stated)


def _voice_of(session: Session, upload: Upload, _: Progress) -> Embedding:
    """The voice of a recording in which one person speaks."""
    with open_audio(upload.audio) as stream:
        found = session.hear(stream.read(round(_HEARD_S * SAMPLE_RATE)), tasks=[SPEAKER]).speaker
    assert found is not None, "the task was asked for"
    return found


def _named(found: Minutes, names: Mapping[str, str], others: Sequence[str]) -> Minutes:
    """The minutes under names (id -> name), and under `others` those who have none."""
    first = dict.fromkeys(stretch.speaker for stretch in found.spoken)
    nameless = [who for who in (*first, *(one.id for one in found.speakers if one.id not in first)) if who not in names]
    given = {**names, **dict(zip(nameless, (n for n in others if n not in names.values()), strict=False))}
    return replace(found, speakers=tuple(replace(one, name=given[one.id]) for one in found.speakers))
