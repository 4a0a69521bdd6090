"""`/v1/audio/voices`: enrolled voices; `POST` remembers one from clips in which one person alone speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from allears.decode.answers import Embedding
from allears.runtime.voices import SPEAKER, Voice, Voices
from allears.server.errors import ApiError
from allears.server.forms import open_form
from allears.server.hearing import Asked, client_of, hear, while_connected
from allears.server.schema import FILE, TEXT, errors, form_body, some
from allears.server.serving import Serving

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["build"]

_SPEECH = "speech"
_MAX_NAME = 200


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["voices"])

    @router.get("/v1/audio/voices", responses=errors(503, is_form=False))
    async def voices() -> dict[str, Any]:
        """All enrolled voices."""
        known = await run_in_threadpool(_load, serving)
        return {"object": "list", "data": [_plain(voice) for voice in known.voices]}

    @router.post("/v1/audio/voices", status_code=201, responses=errors(501),
                 openapi_extra=form_body(("file", "name"), name=TEXT, file__=some(FILE), file=FILE))  # fmt: skip
    async def enroll(request: Request) -> Response:
        """Remember a voice; one of that name is replaced."""
        client = client_of(request)
        tasks = _tasks(serving.engine.session)
        with serving.queue.place(client):
            async with open_form(request) as form:
                name, uploads = form.text("name"), form.uploads("file")
                if not name or len(name) > _MAX_NAME or not uploads:
                    raise ApiError(422, "a voice needs a name and clips", param="name" if uploads else "file",
                                   given=f"the name {name[:40]!r} and {len(uploads)} files",
                                   todo="curl -F name=Ann -F file=@1.wav -F file=@2.wav")  # fmt: skip

                async def work() -> list[Embedding]:
                    found = []
                    for upload in uploads:
                        result = await hear(serving, client, upload, Asked(tasks))
                        if result.speaker is None or (result.speech is not None and not result.speech):
                            raise ApiError(400, f"nobody speaks in {upload.name}", param="file", code="invalid_audio",
                                           todo="leave it out; nobody was enrolled")  # fmt: skip
                        found.append(result.speaker)
                    return found

                embeddings = await while_connected(request, work())
                voice = await run_in_threadpool(lambda: _load(serving).enroll(name, embeddings))
                return JSONResponse(_plain(voice), 201)

    @router.delete("/v1/audio/voices/{name}", responses=errors(404, 422, 503, is_form=False))
    async def forget(name: str) -> dict[str, Any]:
        """Delete a voice, by its name or its id."""
        known = await run_in_threadpool(_load, serving)
        found = next((v for v in known.voices if name in (v.id, v.name)), None)
        try:
            await run_in_threadpool(known.forget, name if found is None else found.name)
        except ValueError as error:
            have = ", ".join(voice.name for voice in known.voices) or "none"
            raise ApiError(404, "no such voice is enrolled", given=name[:80], allowed=have, param="name",
                           code="voice_not_found") from error  # fmt: skip
        return {"id": name if found is None else found.id, "object": "voice", "deleted": True}

    return router


def _tasks(session: Session) -> tuple[str, ...]:
    tasks = tuple(task.name for task in session.spec.tasks if task.name in (SPEAKER, _SPEECH))
    if SPEAKER not in tasks:
        raise ApiError(
            501, f"the model {session.spec.name!r} knows no voices", todo="start the server with one that does"
        )
    return tasks


def _load(serving: Serving) -> Voices:
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.origin import OriginOf

    session = serving.engine.session
    _tasks(session)
    origin = OriginOf(ModelFolder(session.folder), SPEAKER)
    return Voices.load(session.spec, serving.voices_folder, origin=origin)


def _plain(voice: Voice) -> dict[str, Any]:
    return {
        "id": voice.id, "object": "voice", "name": voice.name, "num_clips": voice.num_clips, "model": voice.model
    }  # fmt: skip
