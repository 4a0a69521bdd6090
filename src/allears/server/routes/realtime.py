"""`/v1/realtime`: opens and closes the connections; `server/realtime/` is what happens on one."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from allears.server.access import CLIENT
from allears.server.errors import ApiError, reply
from allears.server.realtime.session import RealtimeSession
from allears.server.realtime.settings import Settings
from allears.server.routes.models import check_model
from allears.server.serving import Serving

__all__ = ["build"]

_SUBPROTOCOL = "realtime"
_TRANSCRIBE = "transcribe"
_IDLE, _GONE = 1001, 1011  # codes of RFC 6455: going away, an error of ours


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter()
    threads = ThreadPoolExecutor(serving.options.num_realtime, thread_name_prefix="realtime")
    num_open = 0

    @router.websocket("/v1/realtime")
    async def realtime(websocket: WebSocket) -> None:
        nonlocal num_open
        try:
            settings, tasks = _asked(serving, websocket)
            if num_open >= (most := serving.options.num_realtime):
                raise ApiError(429, "all realtime sessions are taken", allowed=f"{most} at once", todo="ask again",
                               code="too_many_requests", retry_after_s=10)  # fmt: skip
        except ApiError as error:
            await _refuse(websocket, error)
            return
        num_open += 1
        serving.metrics.realtime.set(num_open)
        try:
            await websocket.accept(_SUBPROTOCOL if _SUBPROTOCOL in websocket.scope["subprotocols"] else None)
            client = str(websocket.scope[CLIENT])
            session = RealtimeSession(serving, client, settings, tasks=tasks, send=websocket.send_json, threads=threads)
            await _run(websocket, session, serving.options.realtime_idle_s)
        finally:
            num_open -= 1
            serving.metrics.realtime.set(num_open)

    return router


async def _run(websocket: WebSocket, session: RealtimeSession, idle_s: float) -> None:
    """Until the client goes, or says nothing for too long."""
    try:
        await session.open()
        while True:
            message = await asyncio.wait_for(websocket.receive(), idle_s)
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            await session.take(_binary(message) if text is None else text)
    except TimeoutError:
        await websocket.close(_IDLE, f"nothing was sent for {idle_s:g} s")
    except WebSocketDisconnect:  # while we were sending
        return
    finally:
        await session.close()


def _binary(message: Any) -> str:
    """A frame of bytes, to be refused with what it is."""
    return f"{len(message.get('bytes') or b'')} bytes"


def _asked(serving: Serving, websocket: WebSocket) -> tuple[Settings, tuple[str, ...]]:
    """What the address asks for: `model`, `tasks` (with commas), `language`."""
    spec, query = serving.engine.session.spec, websocket.query_params
    model = query.get("model") or spec.name
    check_model(serving, model)
    tasks = tuple(dict.fromkeys([_TRANSCRIBE, *filter(None, query.get("tasks", "").split(","))]))
    known = [task.name for task in spec.tasks]
    if unknown := [task for task in tasks if task not in known]:
        raise ApiError(
            400, "the model has no such task", given=unknown[0][:60], allowed=", ".join(known), param="tasks"
        )
    settings = Settings(model)
    language = {"audio": {"input": {"transcription": {"language": query.get("language")}}}}
    return settings.updated(language), tasks


async def _refuse(websocket: WebSocket, error: ApiError) -> None:
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        await websocket.send_denial_response(reply(error))
    else:
        await websocket.close(_GONE, error.message[:120])
