"""What the server counts, in Prometheus' text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allears.server.errors import HUNG_UP

if TYPE_CHECKING:
    from allears.server.fair_queue import FairQueue

__all__ = ["Metrics", "Observed"]

_BUCKETS_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 30, 60, 300)
_OTHER = "other"  # the route of an address that is none: a label for each would never end


class Metrics:
    """Counters of one server; each server has its own registry.

    Args:
        queue: whose length is shown.
    """

    def __init__(self, queue: FairQueue) -> None:
        self._registry = CollectorRegistry()
        into = self._registry
        self.requests = Counter("allears_requests", "Requests answered", ["route", "status"], registry=into)
        self.seconds = Histogram(
            "allears_request_seconds", "Time of a request", ["route"], buckets=_BUCKETS_S, registry=into
        )
        self.audio_s = Counter("allears_audio_seconds", "Seconds of audio heard", registry=into)
        self.compute_s = Counter("allears_compute_seconds", "Seconds of work on it", registry=into)
        self.realtime = Gauge("allears_realtime_sessions", "Websocket sessions open", registry=into)
        self.is_ready = Gauge("allears_ready", "1 when the model is loaded", registry=into)
        Gauge("allears_places_taken", "Requests let in", registry=into).set_function(lambda: queue.num_places_taken)
        Gauge("allears_running", "Clips being heard", registry=into).set_function(lambda: queue.num_running)

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)


class Observed:
    """Counts every request, by route and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), HUNG_UP

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", _OTHER)
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.monotonic() - began)
