"""Words and speakers -> turns.

In: what was said with the times of its words, and who spoke when. Out: `Turn`s. A word is said by whoever speaks
during most of it, else by whoever speaks nearest in time; words of one speaker that follow each other are a turn, up to
a pause of 2 s. Where nothing is written down, a turn is what a speaker says up to a pause of 1 s or until another one
begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from allears.decode.answers import Segment, Word
from allears.meeting.chunk import Chunk
from allears.meeting.minutes import Spoken, Turn

__all__ = ["turns_of"]

_PAUSE_S, _WORDLESS_PAUSE_S = 2.0, 1.0
_OVERLAP_S = 0.2

_Said = tuple[str, str, Word, str | None]
"""Speaker, text with the space before it, word, language."""


def turns_of(chunks: Sequence[Chunk], spoken: Sequence[Spoken]) -> tuple[Turn, ...]:
    """The turns of a meeting, in order of their start."""
    said = [one for chunk in chunks for one in _said(chunk, spoken)]
    turns = list(_by_words(said)) if said else list(_by_time(spoken))
    return tuple(replace(turn, is_overlapped=_overlap_s(turn, spoken) >= _OVERLAP_S) for turn in turns)


def _said(chunk: Chunk, spoken: Sequence[Spoken]) -> Iterator[_Said]:
    near = [one for one in spoken if one.start_s < chunk.end_s + 1 and one.end_s > chunk.start_s - 1] or spoken
    for segment in chunk.segments:
        for word, text in _spaced(segment):
            yield _who(word, near), text, word, chunk.language


def _spaced(segment: Segment) -> Iterator[tuple[Word, str]]:
    """Words, each with what stands before it in the text; a segment without words is one."""
    if not segment.words:
        yield Word(segment.text.strip(), segment.start_s, segment.end_s, 1.0), f" {segment.text.strip()}"
        return
    at = 0
    for word in segment.words:
        text = word.text.strip()
        index = segment.text.find(text, at)
        is_spaced = index < 0 or index == 0 or segment.text[at:index].isspace()
        at = at if index < 0 else index + len(text)
        yield word, f" {text}" if is_spaced else text


def _who(word: Word, spoken: Sequence[Spoken]) -> str:
    def nearness(one: Spoken) -> float:
        """Seconds shared; below 0, seconds apart."""
        return min(word.end_s, one.end_s) - max(word.start_s, one.start_s)

    return max(spoken, key=nearness).speaker if spoken else ""


def _by_words(said: Sequence[_Said]) -> Iterator[Turn]:
    first = 0
    for at in range(1, len(said) + 1):
        if at == len(said) or said[at][0] != said[first][0] or said[at][2].start_s - said[at - 1][2].end_s >= _PAUSE_S:
            words = tuple(word for _, _, word, _ in said[first:at])
            text = "".join(text for _, text, _, _ in said[first:at]).strip()
            speaker, _, _, language = said[first]
            yield Turn(speaker, words[0].start_s, max(w.end_s for w in words), text, words, language=language)
            first = at


def _by_time(spoken: Sequence[Spoken]) -> Iterator[Turn]:
    now: Turn | None = None
    for one in spoken:
        if now is not None and one.speaker == now.speaker and one.start_s - now.end_s < _WORDLESS_PAUSE_S:
            now = replace(now, end_s=max(now.end_s, one.end_s))
            continue
        if now is not None:
            yield now
        now = Turn(one.speaker, one.start_s, one.end_s)
    if now is not None:
        yield now


def _overlap_s(turn: Turn, spoken: Sequence[Spoken]) -> float:
    own = [o for o in spoken if o.speaker == turn.speaker and o.start_s < turn.end_s and o.end_s > turn.start_s]
    return sum(
        max(0.0, min(a.end_s, b.end_s, turn.end_s) - max(a.start_s, b.start_s, turn.start_s))
        for a in own
        for b in spoken
        if b.speaker != turn.speaker
    )
