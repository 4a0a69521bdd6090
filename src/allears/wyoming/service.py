"""The Wyoming port beside the HTTP server, or alone: the same session, queue and limits.

In: options, an address, what understands. Out: a `Service` of `server/app.py`. `describe` is answered from the start;
whoever wants something heard waits until the model is loaded.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wyoming.info import Info

from allears.keywords.store import KeywordStore
from allears.server.errors import ApiError
from allears.server.serving import Serving
from allears.spec import ModelSpec
from allears.wyoming.address import Address
from allears.wyoming.connection import Connection
from allears.wyoming.frames import MAX_LINE
from allears.wyoming.house import House
from allears.wyoming.info import Offers, info_of
from allears.wyoming.kept import Kept
from allears.wyoming.mind import Mind
from allears.wyoming.options import WyomingOptions

if TYPE_CHECKING:
    from allears.keywords.spotter import Keywords
    from allears.runtime.session import Session

__all__ = ["WyomingService"]

log = logging.getLogger(__name__)


class WyomingService:
    """See the module.

    Args:
        options: of the port.
        address: where it is.
        bound: its socket, from `bind`; None for `stdio`.
        model: spec of the model that will be loaded.
        mind: understands; None if nobody does.
        keywords_folder: of wake words; the user's own if None.

    Attributes:
        on_end: called when the one connection of `stdio` is over.
    """

    def __init__(
        self, options: WyomingOptions, address: Address, bound: socket.socket | None, *, model: ModelSpec,
        mind: Mind | None = None, keywords_folder: str | None = None,
    ) -> None:  # fmt: skip
        self._options, self._address, self._bound = options, address, bound
        self._model, self._mind, self._store = model, mind, KeywordStore(keywords_folder)
        self.on_end: Callable[[], None] = lambda: None
        self._server: asyncio.AbstractServer | None = None
        self._open: dict[asyncio.Task[None], Connection] = {}
        self._house: House | None = None

    async def start(self, serving: Serving) -> None:
        """Begin to answer."""
        self._house = House(
            serving, self._options, lambda: self._info(serving), self._mind, self._keywords, Kept(self._options.keep_s)
        )
        if self._address.kind == "stdio":
            await self._start_stdio()
        elif self._address.kind == "unix":
            self._server = await asyncio.start_unix_server(self._let_in, sock=self._bound, limit=MAX_LINE)
        else:
            self._server = await asyncio.start_server(self._let_in, sock=self._bound, limit=MAX_LINE)

    async def stop(self) -> None:
        """Let nobody in any more; what is being answered is finished, for as long as the server's options say."""
        if self._house is None:
            return
        if self._server is not None:
            self._server.close()
        for task, connection in list(self._open.items()):
            connection.finish()
            if not connection.is_busy:
                task.cancel()
        if self._open:
            await asyncio.wait(list(self._open), timeout=self._house.serving.options.shutdown_s)
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        if self._address.kind == "unix":
            Path(self._address.path).unlink(missing_ok=True)
        self._house.close()

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._house is not None
        peer = writer.get_extra_info("peername")
        connection = Connection(self._house, reader, writer, str(peer[0]) if isinstance(peer, tuple) else "wyoming")
        if len(self._open) >= (most := self._options.num_connections):
            await connection.refuse(ApiError(429, "all connections are taken", allowed=most, code="too_many_requests"))
            return
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = connection
        try:
            await connection.run()
        except asyncio.CancelledError:  # by `stop`; asyncio's own callback would log it as a failure
            log.debug("a connection was closed, since the server stops")
        finally:
            del self._open[task]

    async def _start_stdio(self) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(MAX_LINE)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
        writer = asyncio.StreamWriter(transport, protocol, None, loop)
        task = asyncio.ensure_future(self._let_in(reader, writer))
        task.add_done_callback(lambda _: self.on_end())

    def _info(self, serving: Serving) -> Info:
        mind = self._mind
        return info_of(
            Offers(
                self._model,
                understands=None if mind is None else mind.grammar.language,
                has_intents=mind is not None and mind.has_intents,
                voices=None if serving.voice is None else serving.voice.names,
                keywords=tuple(one.name for one in self._store.load(f"{self._model.name} {self._model.version}")),
                ends_itself=self._options.end_s is not None,
            )
        )

    def _keywords(self, session: Session) -> Keywords:
        from allears.keywords.spotter import Keywords

        return Keywords.load(session.spec, self._store.folder)
