"""Which words of a growing utterance can be relied on: those that two readings in a row agree on.

In: what was agreed before, a new reading. Out: what is agreed now. Source: LocalAgreement-2 of Macháček, Dabre, Bojar,
"Turning Whisper into Real-Time Transcription System" (2023), section 3: the longest common prefix of two consecutive
readings is confirmed. Ours compares words without case and punctuation, lets a word wait that ends near the newest
audio, and leaves out what is written after the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from allears.decode.answers import Word
from allears.texts import plain_words

__all__ = ["Agreement", "agree"]

_SLACK_S = 0.1  # word times of two readings differ by that much
_ENDINGS = (
    ".!?…,;:。！？、，"  # what a decoder writes after the last word because the audio ends there, and may take back
)


@dataclass(frozen=True)
class Agreement:
    """Words that never change, and those of the latest reading after them."""

    stable: tuple[Word, ...] = ()
    tentative: tuple[Word, ...] = ()


def agree(before: Agreement, words: Sequence[Word], *, from_s: float, until_s: float) -> Agreement:
    """Take in a new reading.

    Args:
        before: agreed so far.
        words: the reading, in the times of the stream.
        from_s: where the audio that was read begins.
        until_s: a word that ends later is not stable yet.
    """
    fresh = _after([word for word in before.stable if word.start_s >= from_s - _SLACK_S], before.stable, words)
    if fresh:
        fresh = (*fresh[:-1], replace(fresh[-1], text=fresh[-1].text.rstrip(_ENDINGS) or fresh[-1].text))
    count = 0
    for old, new in zip(before.tentative, fresh, strict=False):
        if not _same(old, new) or new.end_s > until_s:
            break
        count += 1
    return Agreement(before.stable + fresh[:count], fresh[count:])


def _after(known: Sequence[Word], stable: Sequence[Word], words: Sequence[Word]) -> tuple[Word, ...]:
    """The words after the stable ones: by count where the reading repeats them, else by time."""
    if len(words) >= len(known) and all(map(_same, known, words)):
        return tuple(words[len(known) :])
    end_s = stable[-1].end_s if stable else 0.0
    return tuple(word for word in words if (word.start_s + word.end_s) / 2 > end_s)


def _same(a: Word, b: Word) -> bool:
    """Whether two words are the same but for case and punctuation."""
    return (plain_words(a.text) or a.text) == (plain_words(b.text) or b.text)
