"""How a server is run: where it listens, who may ask, and how much it takes."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, fields

__all__ = ["ServerOptions", "is_loopback"]


@dataclass(frozen=True)
class ServerOptions:
    """Options of a server.

    Attributes:
        host: address it is bound to.
        port: 0 for any that is free.
        keys: any of them is good; none: everybody on this machine may ask.
        num_workers: clips heard at the same time.
        num_waiting: requests that may wait beside them; above, 429.
        num_per_client: places, heard or waiting, that one client may hold.
        num_realtime: websocket sessions at the same time.
        max_upload_mb: of one request's body, 10^6 bytes.
        max_audio_s: of one clip, seconds.
        receive_s: a body must be here after so long, seconds.
        idle_s: a client that owes us something and sends nothing for so long is let go, seconds.
        realtime_idle_s: a websocket nothing was sent on for so long is closed, seconds.
        shutdown_s: accepted work gets so long to finish, seconds.
        has_page: whether the page is shown at `/`.

    Raises:
        ValueError: a number below 1, or no key for an address that others reach.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    keys: tuple[str, ...] = ()
    num_workers: int = 1
    num_waiting: int = 64
    num_per_client: int = 32
    num_realtime: int = 4
    max_upload_mb: float = 200.0
    max_audio_s: float = 14_400.0
    receive_s: float = 600.0
    idle_s: float = 20.0
    realtime_idle_s: float = 600.0
    shutdown_s: float = 60.0
    has_page: bool = True

    def __post_init__(self) -> None:
        for name in (f.name for f in fields(self) if f.type in ("int", "float") and f.name != "port"):
            value = getattr(self, name)
            if not value > 0 or (isinstance(value, int) and value < 1):
                raise ValueError(
                    f"{name} must be more than 0, got {value}: leave it out for {getattr(type(self), name)}"
                )
        if not 0 <= self.port <= 65_535:
            raise ValueError(f"port must be 0 to 65535, got {self.port}: 0 takes one that is free")
        if any(len(key) < 8 or not key.isascii() or key != key.strip() for key in self.keys):
            raise ValueError("a key must be 8 or more ASCII characters without space around them: make a longer one")
        if not self.keys and not is_loopback(self.host):
            raise ValueError(
                f"{self.host} is reached by others, and no key was given: add --key KEY or set $ALLEARS_API_KEY "
                "(`openssl rand -hex 16` makes one), or listen to this machine alone with --host 127.0.0.1"
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
