"""Makes the port known in the house, so that Home Assistant finds it by itself (mDNS, RFC 6762).

In: a port. Out: a `Service` that announces `_wyoming._tcp.local.` until it is stopped. What is sent is this machine's
name, address and the port, to the local network alone. Needs zeroconf, which comes with the extra `wyoming`.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from allears.wyoming.address import Address

if TYPE_CHECKING:
    from allears.server.serving import Serving

__all__ = ["MULTICAST", "Announcement", "check_reachable"]

MULTICAST = "224.0.0.251:5353"
"""Where it is announced; it does not leave the local network."""
_KIND = "_wyoming._tcp.local."


class Announcement:
    """See the module.

    Args:
        address: that is announced.
        port: that it is bound to.
        name: of the service; that of the machine if None.

    Raises:
        ValueError: an address that no other machine reaches.
    """

    def __init__(self, address: Address, port: int, *, name: str | None = None) -> None:
        check_reachable(address)
        self._address, self._port, self._name = address, port, name or f"allears-{socket.gethostname().split('.')[0]}"
        self._zeroconf: Any = None

    async def start(self, _: Serving | None = None) -> None:
        """Announce it."""
        from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

        self._zeroconf = AsyncZeroconf()
        info = AsyncServiceInfo(
            _KIND, f"{self._name}.{_KIND}", addresses=[socket.inet_aton(_own_address(self._address.host))],
            port=self._port, server=f"{self._name}.local.",
        )  # fmt: skip
        await self._zeroconf.async_register_service(info, allow_name_change=True)

    async def stop(self) -> None:
        """Take it back."""
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()


def check_reachable(address: Address) -> None:
    """Refuse an address that no other machine reaches.

    Raises:
        ValueError: it is one.
    """
    if address.kind != "tcp" or address.host in ("localhost", "127.0.0.1", "::1"):
        raise ValueError(
            f"--mdns tells other machines of {address}, which they cannot reach: use --wyoming tcp://0.0.0.0:10300"
        )


def _own_address(host: str) -> str:
    """The IPv4 address others reach this machine at; asking the system for the way there sends nothing."""
    if host not in ("0.0.0.0", "::"):
        return socket.gethostbyname(host)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((MULTICAST.split(":")[0], 1))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
