"""The process: uvicorn with our limits, told to stop by Ctrl-C or SIGTERM, which finishes what was accepted."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from allears.server.options import ServerOptions
from allears.server.patience import patient_protocol

__all__ = ["Certificate", "listen", "serve"]

_MAX_CONNECTIONS = 512  # far above what the queue lets in; keeps file descriptors for the work
_MAX_MESSAGE = 4 * 1024 * 1024  # bytes of a websocket's message: a minute of audio
_MAX_HEADERS = 64 * 1024

Certificate = tuple[Path, Path]
"""Certificate and key, PEM files."""


def listen(options: ServerOptions) -> socket.socket:
    """The socket, bound: an address that is taken is known before the model is loaded.

    Raises:
        OSError: it cannot be bound.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: asyncio sends at once only then
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((options.host.strip("[]"), options.port))
        return bound
    except OSError as error:
        bound.close()
        raise OSError(
            error.errno, f"{options.host}:{options.port} cannot be listened at ({error.strerror}): another program may "
            "be there; take another --port, 0 for any that is free"
        ) from error  # fmt: skip


def serve(
    app: FastAPI,
    options: ServerOptions,
    bound: socket.socket,
    *,
    certificate: Certificate | None = None,
    on_server: Callable[[uvicorn.Server], None] | None = None,
) -> None:
    """Answer until told to stop.

    Args:
        app: what answers.
        options: how.
        bound: from `listen`.
        certificate: for HTTPS.
        on_server: is given the server before it starts; `should_exit = True` stops it from any thread.
    """
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # a line for every bad form would be the client's pen
    server = uvicorn.Server(_config(app, options, certificate))
    if on_server is not None:
        on_server(server)
    server.run(sockets=[bound])


def _config(app: FastAPI, options: ServerOptions, certificate: Certificate | None) -> uvicorn.Config:
    files = {} if certificate is None else {"ssl_certfile": certificate[0], "ssl_keyfile": str(certificate[1])}
    config = uvicorn.Config(
        app,
        http=patient_protocol(options.idle_s),
        ws="websockets-sansio",
        ws_max_size=_MAX_MESSAGE,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_keep_alive=round(max(5, options.idle_s)),
        timeout_graceful_shutdown=round(max(1, options.shutdown_s)),
        h11_max_incomplete_event_size=_MAX_HEADERS,
        **files,  # type: ignore[arg-type]
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config
