"""What is said in one breath: a sentence with how it is said and the pause behind it.

In: a text or SSML. Out: utterances; those of SSML end where a voice changes, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allears.speaking.normalise import tokens_of
from allears.speaking.passage import Passage
from allears.speaking.sentences import MAX_CHARS, sentences
from allears.speaking.ssml import parse_ssml, without_given
from allears.speaking.tokens import Token

__all__ = ["Utterance", "passages_of", "utterances"]


@dataclass(frozen=True)
class Utterance:
    """A sentence.

    Attributes:
        text: as it is written.
        tokens: of it; none where there is only a pause.
        speed, pitch, pause_s: as of `Passage`.
    """

    text: str
    tokens: tuple[Token, ...]
    speed: float = 1.0
    pitch: float = 0.0
    pause_s: float = 0.0


def passages_of(text: str, dialect: str, *, is_ssml: bool) -> tuple[Passage, ...]:
    """The passages of a text: one, or those of SSML.

    Raises:
        ValueError: SSML that cannot be read.
    """
    return parse_ssml(text, dialect) if is_ssml else (Passage(without_given(text)),)


def utterances(passages: Sequence[Passage], dialect: str) -> Iterator[Utterance]:
    """Sentence after sentence; the words of one are found when it is asked for."""
    is_first = True
    for passage in passages:
        if is_first:
            parts = sentences(passage.text, dialect)
        else:
            parts = sentences(passage.text, dialect, first_chars=MAX_CHARS)
        for number, part in enumerate(parts, 1):
            pause_s = passage.pause_s if number == len(parts) else 0.0
            written = "".join(passage.given[c].written if c in passage.given else c for c in part)
            tokens = tokens_of(part, dialect, passage.given)
            yield Utterance(written, tokens, passage.speed, passage.pitch, pause_s)
            is_first = False
        if not parts and passage.pause_s:
            yield Utterance("", (), pause_s=passage.pause_s)
