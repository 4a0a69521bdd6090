"""`GET /`: the page, and the files it is made of; nothing where there is none, or with `--no-page`.

Its files are named after what is in them, so browsers keep them for good, and ask for the page itself each time. The
page may load nothing from elsewhere and run nothing that is not one of its files (Content-Security-Policy).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from allears.server.serving import Serving

__all__ = ["PAGE", "build"]

PAGE = Path(__file__).parents[1] / "page"
"""The built page; its source is `page/` of the repository."""

_ASSETS = Path(__file__).parents[2] / "assets"
_INDEX, _EXAMPLE = "index.html", "demo.flac"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".flac": "audio/flac",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASKED = {"Cache-Control": "no-store"}


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["page"])
    if serving.options.has_page and (PAGE / _INDEX).is_file():
        files = {path.relative_to(PAGE).as_posix(): path for path in PAGE.rglob("*") if path.suffix in _TYPES}
        files[_EXAMPLE] = _ASSETS / _EXAMPLE
        for name, file in sorted(files.items()):
            path = "/" if name == _INDEX else f"/{name}"
            router.add_api_route(path, _sender(file, name), methods=["GET", "HEAD"], include_in_schema=False)
    return router


def _sender(file: Path, name: str) -> Callable[[], Response]:
    """What answers with a file; it is read once, now."""
    data = file.read_bytes()
    headers = _HEADERS | (_KEPT if name.startswith("assets/") else _ASKED)
    headers["Content-Type"] = _TYPES[file.suffix]

    def send() -> Response:
        return Response(data, headers=headers)

    return send
