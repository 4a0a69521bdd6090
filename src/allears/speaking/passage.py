"""A stretch of text that is said in one way, as SSML or plain text gives it.

In: nothing. Out: `Passage`, which sentences are cut from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from allears.speaking.tokens import Token

__all__ = ["Passage"]


@dataclass(frozen=True)
class Passage:
    """Text between two changes of how it is said.

    Attributes:
        text: what is said; a character of private use stands for a token of `given`.
        given: tokens whose words or phones somebody gave.
        speed: factor on the speed that was asked for.
        pitch: semitones on top of the pitch that was asked for.
        pause_s: silence after it.
    """

    text: str
    given: Mapping[str, Token] = field(default_factory=dict)
    speed: float = 1.0
    pitch: float = 0.0
    pause_s: float = 0.0
