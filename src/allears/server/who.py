"""Who spoke when in a file of a request, and which of them sound like the recordings that came with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from allears.audio import SAMPLE_RATE, open_audio
from allears.decode.answers import Embedding
from allears.runtime.hearing import Progress
from allears.runtime.voices import DEFAULT_THRESHOLD, SPEAKER
from allears.server.diarizer import WhoSpoke
from allears.server.errors import ApiError
from allears.server.forms import Form, Upload, data_url
from allears.server.hearing import in_turn
from allears.server.serving import Serving

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["Known", "find_speakers", "named", "read_known"]

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
    serving: Serving, client: str, upload: Upload, known: Known, num_speakers: int | None = None
) -> WhoSpoke:
    """Who speaks when; who sounds like a reference has its name, the others that of their enrolled voice, if any.

    Raises:
        ApiError: 501, nobody here can tell; as `hear`.
    """
    diarizer, session = serving.diarizer, serving.engine.session
    if diarizer is None or not any(task.name == SPEAKER for task in session.spec.tasks):
        raise ApiError(501, "this server cannot tell speakers apart", todo="start it with a model that knows voices")
    voices = [await in_turn(serving, client, each, partial(_voice_of, session, each)) for each in known.references]

    def work(progress: Progress) -> WhoSpoke:
        return diarizer.diarize(session, upload.audio, num_speakers=num_speakers, on_progress=progress)

    found = await in_turn(serving, client, upload, work)
    matched = _matched(found.voices, dict(zip(known.names, voices, strict=True)), _threshold(session))
    enrolled = {who: name for who, name in found.names.items() if who not in matched and name not in matched.values()}
    return replace(found, names=enrolled | matched)


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


def named(found: WhoSpoke, others: Sequence[str]) -> WhoSpoke:
    """Turns under names: the speakers without one get `others`, in the order in which they first speak."""
    nameless = dict.fromkeys(turn.speaker for turn in found.turns if turn.speaker not in found.names)
    names = {**found.names, **dict(zip(nameless, (n for n in others if n not in found.names.values()), strict=False))}
    return replace(found, turns=tuple(replace(turn, speaker=names[turn.speaker]) for turn in found.turns), names=names)
