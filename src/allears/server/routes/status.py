"""`GET /v1/status`: what this server can do and how busy it is, for pages and people; `/metrics` is for programs."""

from __future__ import annotations

import importlib.util
from typing import Any

from fastapi import APIRouter

from allears import __version__
from allears.server.schema import errors
from allears.server.serving import Serving

__all__ = ["build"]


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["server"])

    @router.get("/v1/status", responses=errors(is_form=False))
    async def status() -> dict[str, Any]:
        """The model, what can be asked, the load, the limits."""
        options, queue, voice = serving.options, serving.queue, serving.voice
        return {
            "status": serving.engine.state,
            "version": __version__,
            "model": _model(serving),
            "diarization": serving.diarizer is not None,
            "commands": importlib.util.find_spec("hassil") is not None,
            "voice": None if voice is None else {"names": list(voice.names)},
            "load": {"running": queue.num_running, "places_taken": queue.num_places_taken,
                     "places": options.num_workers + options.num_waiting, "workers": options.num_workers},
            "limits": {"max_upload_mb": options.max_upload_mb, "max_audio_s": options.max_audio_s},
        }  # fmt: skip

    return router


def _model(serving: Serving) -> dict[str, Any] | None:
    """Name, version and tasks; None while it is loaded, or where it cannot be."""
    if serving.engine.state != "ready":
        return None
    spec = serving.engine.session.spec
    return {
        "name": spec.name, "version": spec.version, "tasks": [task.name for task in spec.tasks],
        "default_tasks": list(spec.default_tasks),
    }  # fmt: skip
