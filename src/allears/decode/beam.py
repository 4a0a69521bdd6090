"""Several texts at a time: a small beam around a text decoder, for where the likeliest next token may be the wrong one.

In: a function that feeds tokens, its cache, and the tokens that are sure. Out: texts that ended, best first. What may
be written, when a text is over and what is a loop: the same rules as of one text at a time (`greedy.Writer`).
Source: Whisper's beam search (Radford et al. 2022, section 4.5; `BeamSearchDecoder` of openai-whisper): the search is
over when as many texts ended as the beam is wide, and texts are compared by
    ln p(text | audio) / length
Ours differs: the end token counts as one of the length; beginnings far below the best are given up, so that a pass is
paid only where there is a choice; it begins after the tokens that are sure, since no other beginning would be left.

Letters: A alignment heads, N tokens, T frames, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from allears.decode.greedy import Greedy, Step, Writer
from allears.vocabulary import Vocabulary

__all__ = ["Search", "write_by_beam"]


@dataclass(frozen=True)
class Search:
    """How widely is searched.

    Attributes:
        width: texts kept.
        reach: nats below the best beginning at which another is given up.
    """

    width: int = 3
    reach: float = 2.0


@dataclass(frozen=True, eq=False)
class _Head:
    """A beginning, and what the decoder says comes after it: logits (V,), read from attention (A, T)."""

    writer: Writer
    cache: Any
    logits: np.ndarray
    row: np.ndarray


def write_by_beam(
    step: Step,
    prompt: Sequence[int],
    cache: Any,
    vocabulary: Vocabulary,
    max_tokens: int,
    *,
    search: Search,
    last_frame: int | None = None,
    sure: Sequence[int] = (),
    keep: bool = False,
) -> list[Greedy]:
    """Texts, best first; `num_passes` of each is that of the whole search.

    Args:
        step: runs the decoder; it must leave the cache it was given as it was.
        prompt: tokens fed first.
        cache: of the decoder before them.
        vocabulary: of the decoder.
        max_tokens: most text tokens written.
        search: how widely.
        last_frame: where speech ends; None if nobody knows.
        sure: text tokens that all texts begin with.
        keep: also what the decoder thought of every token, 100 kB each.
    """
    head, num_passes = _begin(step, prompt, cache, Writer(vocabulary, max_tokens, last_frame, keep=keep), sure)
    heads, ended = [head], list[tuple[Writer, Any]]()
    while heads and len(ended) < search.width:
        going = []
        for writer, token, source in _best(heads, ended, search):
            logits, alignment, grown = step([token], source.cache)
            num_passes += 1
            going.append(_Head(writer, grown, logits[-1], alignment[:, -1]))
        heads = going
    texts = [replace(writer.written(cache, len(writer.tokens)), num_passes=num_passes) for writer, cache in ended]
    return sorted(texts, key=lambda text: -float(np.mean(text.logprobs)))


def _begin(step: Step, prompt: Sequence[int], cache: Any, writer: Writer, sure: Sequence[int]) -> tuple[_Head, int]:
    """The beginning that all share, and how many passes it took."""
    logits, alignment, cache = step(prompt, cache)
    head = _Head(writer, cache, logits[-1], alignment[:, -1])
    if not sure:
        return head, 1
    logits, alignment, cache = step(sure, cache)
    rows, before = np.concatenate([head.logits[None], logits]), [head.row, *np.moveaxis(alignment, 1, 0)]
    for place, token in enumerate(sure):
        writer.write(token, writer.offer(rows[place]), before[place])
    return _Head(writer, cache, logits[-1], alignment[:, -1]), 2


def _best(heads: Sequence[_Head], ended: list[tuple[Writer, Any]], search: Search) -> list[tuple[Writer, int, _Head]]:
    """The likeliest ways to go on; texts that end among them are put to those that ended."""
    ways: list[tuple[float, int, _Head, np.ndarray]] = []
    for head in heads:
        is_full = head.writer.num_left <= 0
        logprobs = head.writer.offer(head.logits)
        # one more than are kept, since one may be the end
        tokens = [Vocabulary.end] if is_full else np.argpartition(logprobs, -search.width - 1)[-search.width - 1 :]
        ways += [(head.writer.score + float(logprobs[token]), int(token), head, logprobs) for token in tokens]
    ways.sort(key=lambda way: -way[0])
    going: list[tuple[Writer, int, _Head]] = []
    for score, token, head, logprobs in ways:
        if len(going) == search.width or score < ways[0][0] - search.reach:
            break
        writer = head.writer.fork()
        if writer.write(token, logprobs, head.row):
            going.append((writer, token, head))
        else:
            ended.append((writer, head.cache))
    return going
