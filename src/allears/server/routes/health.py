"""`/health`: 200 when the model is ready, 503 while it is loaded; `/health/live`: 200 as long as the server answers;
`/metrics`: Prometheus' text."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from allears import __version__
from allears.server.schema import errors
from allears.server.serving import Serving

__all__ = ["build"]

_RETRY_S = "2"


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["server"])

    @router.get("/health", responses={503: {"description": "Loading, or the model cannot be loaded"}})
    async def health() -> Response:
        """Whether the model is ready."""
        engine = serving.engine
        data = {"status": engine.state, "version": __version__}
        if engine.state == "ready":
            return JSONResponse(data | {"model": engine.session.spec.name})
        if engine.error is not None:
            data["error"] = str(engine.error)
        return JSONResponse(data, 503, {"Retry-After": _RETRY_S})

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Whether the server answers."""
        return {"status": "alive"}

    @router.get("/metrics", responses=errors(is_form=False))
    async def metrics() -> Response:
        """Counters, for Prometheus."""
        serving.metrics.is_ready.set(serving.engine.state == "ready")
        return Response(serving.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router
