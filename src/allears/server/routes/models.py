"""`/v1/models`: the model, under its own name and under `whisper-1`, which many clients ask for."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from allears.server.errors import ApiError
from allears.server.schema import errors
from allears.server.serving import Serving

__all__ = ["ALIAS", "build", "check_model"]

ALIAS = "whisper-1"
_CREATED = 1_767_225_600  # 2026-01-01; clients want a number


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["models"])

    @router.get("/v1/models", responses=errors(503, is_form=False))
    async def models() -> dict[str, Any]:
        """All models."""
        return {"object": "list", "data": [_model(serving, name) for name in _names(serving)]}

    @router.get("/v1/models/{model}", responses=errors(404, 422, 503, is_form=False))
    async def model(model: str) -> dict[str, Any]:
        """One model."""
        check_model(serving, model)
        return _model(serving, model)

    return router


def check_model(serving: Serving, name: str) -> None:
    """Raises: ApiError: 404, there is no such model."""
    if name not in _names(serving):
        allowed = ", ".join(_names(serving))
        raise ApiError(404, "there is no such model", given=name[:80], allowed=allowed, param="model",
                       code="model_not_found")  # fmt: skip


def _names(serving: Serving) -> tuple[str, ...]:
    return serving.engine.session.spec.name, ALIAS


def _model(serving: Serving, name: str) -> dict[str, Any]:
    spec = serving.engine.session.spec
    return {
        "id": name, "object": "model", "created": _CREATED, "owned_by": "allears", "version": spec.version,
        "tasks": [task.name for task in spec.tasks], "default_tasks": list(spec.default_tasks),
    }  # fmt: skip
