"""The addresses, a file a group: each has `build(serving) -> APIRouter`, and is found by looking into this folder."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import APIRouter

from allears.server.serving import Serving

__all__ = ["all_routers"]


def all_routers(serving: Serving) -> list[APIRouter]:
    """The routers of every file, in order of the alphabet."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}").build(serving) for name in names]
