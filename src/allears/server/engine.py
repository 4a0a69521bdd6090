"""The one session that all requests share: loaded in the background, warmed up, and asked for only when it is ready."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.server.errors import ApiError

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["Engine", "State"]

log = logging.getLogger(__name__)

State = Literal["loading", "ready", "failed"]
_WARM_UP_S = 2.0
_RETRY_S = 5.0


class Engine:
    """A session that may not be there yet.

    Args:
        open_session: makes it; called in a thread.

    Attributes:
        state: `loading`, `ready` or `failed`.
        error: why it failed; None if it did not.
    """

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session
        self._session: Session | None = None
        self._on_failure: Callable[[], None] | None = None
        self.state: State = "loading"
        self.error: Exception | None = None

    @property
    def session(self) -> Session:
        """The session.

        Raises:
            ApiError: 503, it is not loaded yet, or cannot be.
        """
        if self._session is not None:
            return self._session
        if self.error is not None:
            raise ApiError(503, f"the model cannot be loaded: {self.error}", code="model_failed")
        raise ApiError(503, "the model is being loaded", todo="ask again", code="loading", retry_after_s=_RETRY_S)

    def on_failure(self, call: Callable[[], None]) -> None:
        """Call this if the model cannot be loaded."""
        self._on_failure = call

    async def load(self) -> None:
        """Open the session and let it hear something, since the first time takes longest. Never raises."""
        try:
            self._session = await asyncio.to_thread(self._open_warm)
            self.state = "ready"
        except (ValueError, OSError, RuntimeError) as error:
            self.error, self.state = error, "failed"
            log.error("the model cannot be loaded: %s", error)
            if self._on_failure is not None:
                self._on_failure()

    def _open_warm(self) -> Session:
        session = self._open()
        session.load()
        noise = np.random.default_rng(0).normal(scale=0.01, size=round(_WARM_UP_S * SAMPLE_RATE))
        session.hear(noise.astype(np.float32))
        return session
