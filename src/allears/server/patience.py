"""Lets go of connections that never finish their headers, or that go on sending after they were answered.

uvicorn waits for ever for the end of a request's headers (its keep-alive time ends with the first byte). This is its
protocol with a clock that runs whenever bytes come and no request is being answered.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["patient_protocol"]


def patient_protocol(wait_s: float) -> type[H11Protocol]:
    """The protocol, with that much patience, seconds."""

    class Patient(H11Protocol):
        _clock: asyncio.TimerHandle | None = None
        _is_http = True  # until it becomes a websocket

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._run_clock()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_clock()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop_clock()
            elif self._is_http and self._clock is None and not self.transport.is_closing():
                self._run_clock()

        def handle_websocket_upgrade(self, event: h11.Request) -> None:
            self._is_http = False
            self._stop_clock()
            super().handle_websocket_upgrade(event)

        def _run_clock(self) -> None:
            self._clock = self.loop.call_later(wait_s, self.transport.close)

        def _stop_clock(self) -> None:
            if self._clock is not None:
                self._clock.cancel()
                self._clock = None

    return Patient
