"""`POST /v1/audio/transcriptions` and `/translations`: what was said, as text, subtitles, JSON, or as it grows."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from allears.runtime.result import Result
from allears.server.asking import read_asked
from allears.server.diarized import DIARIZED, diarize_reply, diarized_events
from allears.server.errors import ApiError
from allears.server.forms import Form, Upload, open_form
from allears.server.hearing import Asked, client_of, hear, while_connected
from allears.server.replies import TEXTS, as_response, ignored_headers, others, usage, verbose
from allears.server.schema import FILE, TEXT, errors, form_body, one_of, some
from allears.server.serving import Serving
from allears.server.sse import HeldStream, Told, started, transcript_events
from allears.server.who import Known, read_known

__all__ = ["build"]

Task = Literal["transcribe", "translate"]

_KINDS = ("json", "text", "srt", "vtt", "verbose_json")
_COMMON = {"file": FILE, "model": TEXT, "language": TEXT, "prompt": TEXT, "temperature": TEXT, "hotwords": TEXT}
_BODY = form_body(
    **_COMMON, response_format=one_of(*_KINDS, DIARIZED), timestamp_granularities__=some(one_of("word", "segment")),
    stream=one_of("true", "false"), tasks__=some(TEXT), known_speaker_names__=some(TEXT),
    known_speaker_references__=some(TEXT), chunking_strategy=TEXT,
)  # fmt: skip


@dataclass(frozen=True)
class _Want:
    """A request, read and checked."""

    upload: Upload
    asked: Asked
    kind: str
    words: bool
    is_stream: bool
    known: Known
    ignored: tuple[str, ...]


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["audio"])

    @router.post("/v1/audio/transcriptions", openapi_extra=_BODY, responses=errors(404, 501))
    async def transcriptions(request: Request) -> Response:
        """What was said, in its own language."""
        return await _answer(serving, request, "transcribe")

    @router.post("/v1/audio/translations", responses=errors(404, 501),
                 openapi_extra=form_body(**_COMMON, response_format=one_of(*_KINDS)))  # fmt: skip
    async def translations(request: Request) -> Response:
        """What was said, in English."""
        return await _answer(serving, request, "translate")

    return router


async def _answer(serving: Serving, request: Request, task: Task) -> Response:
    spec, client = serving.engine.session.spec, client_of(request)
    if task not in {each.name for each in spec.tasks}:
        raise ApiError(
            501, f"the model {spec.name!r} cannot {task}", todo="start the server with one that can: --model"
        )
    async with AsyncExitStack() as stack:
        stack.enter_context(serving.queue.place(client))
        want = _read(serving, await stack.enter_async_context(open_form(request)), task)

        async def listen(tell: Told | None = None) -> Result:
            result = await hear(serving, client, want.upload, want.asked, tell)
            return _as_transcript(result, task)

        headers = ignored_headers(want.ignored)
        if want.kind == DIARIZED:
            reply = await while_connected(request, diarize_reply(serving, client, want.upload, want.known, want.asked))
            if want.is_stream:
                return HeldStream(diarized_events(reply), stack.pop_all(), headers)
            return JSONResponse(reply, headers=headers)
        if want.is_stream:
            events = transcript_events(listen, lambda result: _done(result, want, task))
            first = await while_connected(request, started(events))
            return HeldStream(first, stack.pop_all(), headers)
        result = await while_connected(request, listen())
        return as_response(result, want.kind, task=task, words=want.words, ignored=want.ignored)


def _read(serving: Serving, form: Form, task: Task) -> _Want:
    is_known = task == "transcribe"
    kind = form.choice("response_format", (*_KINDS, DIARIZED) if is_known else _KINDS, "json")
    asked = read_asked(serving, form, always=(task,))
    words = is_known and "word" in form.choices("timestamp_granularities", ("word", "segment"))
    is_stream = is_known and form.flag("stream")
    if is_stream and kind in TEXTS:
        raise ApiError(400, "a stream is of JSON", given=kind, allowed="json, verbose_json, diarized_json",
                       param="response_format", todo="leave stream out, or ask for another format")  # fmt: skip
    known = read_known(form) if kind == DIARIZED else Known()
    if kind == DIARIZED:
        form.texts("chunking_strategy")  # long audio is always cut at silences: there is nothing to choose
    return _Want(form.upload(), asked, kind, words, is_stream, known, form.ignored)


def _as_transcript(result: Result, task: Task) -> Result:
    """The result with the text of the task where a transcript stands."""
    if task == "transcribe":
        return result
    answers = dict(result.answers)
    answers["transcribe"] = answers.pop(task)
    return replace(result, answers=answers)


def _done(result: Result, want: _Want, task: Task) -> dict[str, Any]:
    """Fields of the last event of a stream."""
    if want.kind == "verbose_json":
        return verbose(result, task=task, words=want.words)
    return {"text": result.text, "usage": usage(result), **others(result)}
