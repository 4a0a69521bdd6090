"""Names of voices that clients of OpenAI's interface send, as voices that are here.

Programs written for that interface send `alloy` or one of its other names, and often cannot be told another. Each
stands for one of ours, the same one every time; our own names mean themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["OPENAI_VOICES", "voice_meant"]

OPENAI_VOICES = (
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
)  # fmt: skip


def voice_meant(asked: str, names: Sequence[str]) -> str | None:
    """The voice of that name; None if there is none. Where any name goes (`names` is empty) it is what was asked for.

    Args:
        asked: by the client; empty for the first voice.
        names: of the voices that are here, in their order.
    """
    if not asked or not names or asked in names:
        return asked
    return names[OPENAI_VOICES.index(asked) % len(names)] if asked in OPENAI_VOICES else None
