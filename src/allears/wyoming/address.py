"""Where the port is: `tcp://0.0.0.0:10300`, `unix:///run/allears.sock` or `stdio://`.

In: an address. Out: its parts, and the socket, bound before any model is loaded.
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

__all__ = ["Address", "bind", "read_address"]

_EXAMPLES = "tcp://0.0.0.0:10300, unix:///run/allears.sock or stdio://"


@dataclass(frozen=True)
class Address:
    """Where to listen.

    Attributes:
        kind: of the three.
        host, port: of `tcp`; port 0 takes one that is free.
        path: of `unix`.
    """

    kind: Literal["tcp", "unix", "stdio"]
    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return {"tcp": f"tcp://{host}:{self.port}", "unix": f"unix://{self.path}", "stdio": "stdio://"}[self.kind]


def read_address(uri: str) -> Address:
    """The parts of an address.

    Raises:
        ValueError: it is none of the three kinds, or a part is missing.
    """
    wrong = ValueError(f"{uri!r} is no address of the Wyoming protocol: give one such as {_EXAMPLES}")
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme == "tcp" and parts.hostname and port is not None and parts.path in ("", "/"):
        return Address("tcp", host=parts.hostname, port=port)
    if parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1:
        return Address("unix", path=parts.path)
    if parts.scheme == "stdio" and not parts.netloc and not parts.path:
        return Address("stdio")
    raise wrong


def bind(address: Address) -> socket.socket | None:
    """The socket, bound: an address that is taken is known at once. None for `stdio`.

    A Unix socket can be used by its owner alone; one that nobody listens at any more is replaced.

    Raises:
        OSError: it cannot be bound.
    """
    if address.kind == "stdio":
        return None
    is_tcp = address.kind == "tcp"
    family = (socket.AF_INET6 if ":" in address.host else socket.AF_INET) if is_tcp else socket.AF_UNIX
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if is_tcp:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((address.host, address.port))
        else:
            _bind_path(bound, Path(address.path))
        return bound
    except OSError as error:
        bound.close()
        raise OSError(
            error.errno, f"{address} cannot be listened at ({error.strerror or error}): another program may be there, "
            "or you may not; take another address"
        ) from error  # fmt: skip


def _bind_path(bound: socket.socket, path: Path) -> None:
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode) and not _is_answered(path):
        path.unlink()
    mask = os.umask(0o177)
    try:
        bound.bind(str(path))
    finally:
        os.umask(mask)


def _is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        try:
            other.connect(str(path))
        except OSError:
            return False
    return True
