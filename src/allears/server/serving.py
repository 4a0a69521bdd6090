"""What all routes share."""

from __future__ import annotations

from dataclasses import dataclass

from allears.server.diarizer import Diarizer
from allears.server.engine import Engine
from allears.server.fair_queue import FairQueue
from allears.server.metrics import Metrics
from allears.server.options import ServerOptions
from allears.server.voice import Voice

__all__ = ["Serving"]


@dataclass(frozen=True, eq=False)
class Serving:
    """One server.

    Attributes:
        options: how it is run.
        engine: the session.
        queue: in front of it.
        metrics: what is counted.
        voice: speaks; None if nobody does.
        diarizer: tells who spoke when; None if nobody does.
        voices_folder: of enrolled voices; the user's own if None.
    """

    options: ServerOptions
    engine: Engine
    queue: FairQueue
    metrics: Metrics
    voice: Voice | None = None
    diarizer: Diarizer | None = None
    voices_folder: str | None = None
