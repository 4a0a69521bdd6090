"""Cuts a transcript into subtitles: at most two lines of 42 columns, cut between words, at the times of the words.

42 columns and two lines are what broadcasters' subtitle guides ask for; 7 s is the longest a cue stays.
A cue ends early where the speaker pauses, or at the end of a sentence once one line is full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from allears.decode.answers import Segment, Word
from allears.formats.lines import display_width, milliseconds, one_line
from allears.runtime.result import Result

__all__ = ["MAX_COLUMNS", "MAX_LINES", "Cue", "cues"]

MAX_COLUMNS = 42
MAX_LINES = 2
MAX_CUE_S = 7.0
PAUSE_S = 1.0
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "…")


@dataclass(frozen=True)
class Cue:
    """One subtitle: `start_ms < end_ms`, and its lines, none empty."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A word and whether a space stands before it in the written text."""

    word: Word
    is_spaced: bool


def cues(result: Result) -> list[Cue]:
    """The subtitles of a result, in order of time; they do not overlap."""
    found: list[Cue] = []
    for segment in result.segments:
        for group in _groups(_pieces(segment)):
            lines = _wrap(group)
            if not lines:
                continue
            start = max(milliseconds(group[0].word.start_s), found[-1].end_ms if found else 0)
            end = max(milliseconds(group[-1].word.end_s), start + 1)
            found.append(Cue(start, end, lines))
    return found


def _pieces(segment: Segment) -> list[_Piece]:
    """The words of a segment, spaced as its text is (Chinese has no spaces); a text without words gets even times."""
    if not segment.words:
        return _even_pieces(segment)
    pieces, cursor = [], 0
    for word in segment.words:
        text = one_line(word.text)
        index = segment.text.find(text, cursor)
        is_spaced = index < 0 or segment.text[cursor:index].isspace()
        cursor = cursor if index < 0 else index + len(text)
        if text:
            pieces.append(_Piece(replace(word, text=text), is_spaced))
    return pieces


def _even_pieces(segment: Segment) -> list[_Piece]:
    texts = one_line(segment.text).split()
    letters, done, pieces = sum(map(len, texts)), 0, []
    for text in texts:
        start, end = (
            segment.start_s + (segment.end_s - segment.start_s) * n / letters for n in (done, done + len(text))
        )
        pieces.append(_Piece(Word(text, start, end, 1.0), True))
        done += len(text)
    return pieces


def _groups(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Runs of words that make one cue each."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and _is_full(group, piece):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _is_full(group: list[_Piece], piece: _Piece) -> bool:
    last = group[-1].word
    if piece.word.start_s - last.end_s >= PAUSE_S or piece.word.end_s - group[0].word.start_s > MAX_CUE_S:
        return True
    has_ended = last.text.endswith(_SENTENCE_ENDS) and len(_wrap(group)) == MAX_LINES
    return has_ended or len(_wrap([*group, piece])) > MAX_LINES


def _wrap(group: list[_Piece]) -> tuple[str, ...]:
    """Lines of at most `MAX_COLUMNS`, filled from the left; a longer word stands alone, whole."""
    lines: list[str] = []
    for piece in group:
        text = piece.word.text
        joined = f"{lines[-1]}{' ' if piece.is_spaced else ''}{text}" if lines else text
        if lines and display_width(joined) <= MAX_COLUMNS:
            lines[-1] = joined
        else:
            lines.append(text)
    return tuple(lines)
