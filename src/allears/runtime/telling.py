"""What is called while a clip is heard: how far it got, and what was transcribed so far.

In: what a user wants to be told. Out: one function that the hearing calls after each window.
"""

from __future__ import annotations

from collections.abc import Callable

from allears.decode.answers import Transcript
from allears.runtime.hearing import Hearing, Progress
from allears.runtime.plan import Plan

__all__ = ["telling"]


def telling(
    on_progress: Progress | None, on_transcript: Callable[[Transcript], None] | None, hearing: Hearing, plan: Plan
) -> Progress | None:
    """What to call after each window; None for nothing."""
    if on_transcript is None or plan.transcribe is None:
        return on_progress

    def tell(heard_s: float, total_s: float | None) -> None:
        if on_progress is not None:
            on_progress(heard_s, total_s)
        if (so_far := hearing.so_far(str(plan.transcribe))) is not None:
            on_transcript(so_far)

    return tell
