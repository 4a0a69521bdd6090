"""A second look at what the text decoder wrote: where an expected word is likely enough, it takes its place.

In: what was written greedily, with what the decoder thought at each token, and a bias. Out: the same, or with edits.
An edit replaces words i to j by others and keeps the rest. It is made where
    ln p(edited | audio) + bonus(edited) > ln p(written | audio) + bonus(written) + margin
both sides over the same audio, up to `_AHEAD` tokens after the edit. So no bonus is paid for a beginning that the audio
then leaves, which fusion within greedy search has to take back (Zhao et al. 2019, section 3), and what is written does
not depend on drafts. Which edits are tried: `bias.py`; those that cannot win whatever the decoder says are not.

Letters: A alignment heads, N tokens, T frames, V vocabulary.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from allears.biasing.bias import Proposal
from allears.decode.greedy import Cut, Greedy, Seen, Step
from allears.decode.tokenizer import Tokenizer
from allears.texts import plain_words
from allears.vocabulary import Vocabulary

__all__ = ["Again", "Expectation", "Expects", "look_again", "look_for"]

log = logging.getLogger(__name__)

_AHEAD = 4  # tokens after an edit that have a say in it
_MARGIN = 0.3  # nats; an int8 decoder says a little less or more by how many tokens it is fed at once
_FEWEST_TRIED, _TOKENS_A_TRY = 2, 8  # each costs a pass: so many, and one more for so many tokens of text


class Expects(Protocol):
    """See `bias.py`."""

    def propose(self, heard: Sequence[str]) -> Sequence[Proposal]: ...


class Expectation(Protocol):
    """Words to expect: see `biasing.py`."""

    def pick(self, text: str, language: str) -> Expects | None: ...


@dataclass(frozen=True)
class Again:
    """What a second look needs of the decoder: its step, what cuts its cache, its vocabulary and tokenizer."""

    step: Step
    cut: Cut
    vocabulary: Vocabulary
    tokenizer: Tokenizer


@dataclass(frozen=True)
class _Word:
    """Tokens `start` to `end` write `plain`; punctuation after it is not among them."""

    start: int
    end: int
    plain: str


@dataclass(frozen=True)
class _Edit:
    """Tokens `start` to `end` become `tokens`; at best it is worth `most` nats."""

    start: int
    end: int
    tokens: tuple[int, ...]
    gain: float
    most: float


@dataclass(frozen=True, eq=False)
class _Tried:
    """An edit the decoder has read: nats it is worth, and what it says of the tokens from `edit.start` on."""

    edit: _Edit
    worth: float
    num_after: int
    logprobs: list[float]
    rows: np.ndarray


def look_for(expectation: Expectation, language: str, greedy: Greedy, again: Again) -> Greedy:
    """What was written, with the edits that win; as it is where it was cut or judged again, or nothing is expected."""
    if not greedy.tokens:
        return greedy
    if greedy.seen is None:
        log.debug("no second look: the text was cut or judged again")
        return greedy
    bias = expectation.pick(again.vocabulary.decode(greedy.tokens), language)
    return greedy if bias is None else look_again(greedy, greedy.seen, bias, again)


def look_again(greedy: Greedy, seen: Seen, bias: Expects, again: Again) -> Greedy:
    """What was written, with the edits that win.

    Args:
        greedy: what was written.
        seen: what the decoder thought of each token.
        bias: proposes.
        again: the decoder.
    """
    words = list(_words(greedy.tokens, again.vocabulary))
    proposals = bias.propose([word.plain for word in words])
    edits = [
        edit for p in proposals if (edit := _edit(p, words, greedy, seen, again.tokenizer)) and edit.most > _MARGIN
    ]
    edits.sort(key=lambda edit: -edit.most)
    most_tried = _FEWEST_TRIED + len(greedy.tokens) // _TOKENS_A_TRY
    tried = [_try(edit, greedy, seen, again) for edit in edits[:most_tried]]
    if len(edits) > most_tried:
        log.debug("%d of %d edits were not tried", len(edits) - most_tried, len(edits))
    taken: list[_Tried] = []
    for one in sorted(tried, key=lambda one: -one.worth):
        if one.worth > _MARGIN and not any(_touch(one, other) for other in taken):
            taken.append(one)
    passes = greedy.num_passes + len(tried)
    start = greedy
    for one in sorted(taken, key=lambda one: -one.edit.start):
        log.debug("%r for %r, %.1f nats better", *_texts(one.edit, start, again.vocabulary), one.worth)
        greedy = _apply(one, greedy)
    return replace(greedy, num_passes=passes)


def _words(tokens: Sequence[int], vocabulary: Vocabulary) -> list[_Word]:
    """Words of the text: a token that begins with a space begins one."""
    pieces = [vocabulary.piece(token) for token in tokens]
    starts = [i for i, piece in enumerate(pieces) if i == 0 or piece.startswith(b" ")]
    words = []
    for start, stop in zip(starts, [*starts[1:], len(tokens)], strict=True):
        ends = [i + 1 for i in range(start, stop) if plain_words(pieces[i].decode("utf-8", errors="replace"))]
        if ends:
            text = b"".join(pieces[start : ends[-1]]).decode("utf-8", errors="replace")
            words.append(_Word(start, ends[-1], plain_words(text)))
    return words


def _edit(proposal: Proposal, words: Sequence[_Word], greedy: Greedy, seen: Seen, tokenizer: Tokenizer) -> _Edit | None:
    """The proposal in the spelling (its own, a capital, capitals) that the decoder would rather begin."""
    start, end = words[proposal.start].start, words[proposal.end - 1].end
    first = proposal.written[:1].upper() + proposal.written[1:]
    forms = dict.fromkeys([proposal.written, first, " ".join(w[:1].upper() + w[1:] for w in proposal.written.split())])
    made = [_spelt(form, start, end, proposal.gain, greedy, seen, tokenizer) for form in forms]
    return max((edit for edit in made if edit), key=lambda edit: edit.most, default=None)


def _spelt(
    form: str, start: int, end: int, gain: float, greedy: Greedy, seen: Seen, tokenizer: Tokenizer
) -> _Edit | None:
    """The edit without the tokens at its beginning that are written already; None if it changes nothing."""
    tokens, old = tokenizer.encode(" " + form), greedy.tokens[start:end]
    same = next((i for i, (a, b) in enumerate(zip(tokens, old, strict=False)) if a != b), min(len(tokens), len(old)))
    left = tuple(tokens[same:])
    if not left and same == len(old):
        return None
    after = left[0] if left else greedy.tokens[end] if end < len(greedy.tokens) else Vocabulary.end
    at = start + same
    most = gain + seen.logprob(at, after) - sum(greedy.logprobs[at : end + 1])
    return _Edit(at, end, left, gain, most)


def _try(edit: _Edit, greedy: Greedy, seen: Seen, again: Again) -> _Tried:
    """Let the decoder read the edit and some tokens after it: one pass."""
    after = [*greedy.tokens, Vocabulary.end][edit.end : edit.end + _AHEAD + 1]
    tokens = [*edit.tokens, *after]
    logprobs = [seen.logprob(edit.start, tokens[0])]
    rows = greedy.alignment[:, edit.start : edit.start + 1]
    if len(tokens) > 1:
        surplus = seen.num_fed - edit.start
        logits, more, _ = again.step(tokens[:-1], again.cut(seen.cache, surplus) if surplus else seen.cache)
        logprobs += [seen.logprob_of(row, token) for row, token in zip(logits, tokens[1:], strict=True)]
        rows = np.concatenate([rows, more], axis=1)
    old = sum(greedy.logprobs[edit.start : edit.end + len(after)])
    return _Tried(edit, sum(logprobs) - old + edit.gain, len(after), logprobs, rows)


def _touch(one: _Tried, other: _Tried) -> bool:
    """Whether one was judged with words that the other changes."""
    a, b = one.edit, other.edit
    return a.start < b.end + other.num_after and b.start < a.end + one.num_after


def _apply(tried: _Tried, greedy: Greedy) -> Greedy:
    start, end, stop = tried.edit.start, tried.edit.end, tried.edit.end + tried.num_after
    tokens = [*greedy.tokens[:start], *tried.edit.tokens, *greedy.tokens[end:]]
    logprobs = [*greedy.logprobs[:start], *tried.logprobs, *greedy.logprobs[stop:]]
    parts = [greedy.alignment[:, :start], tried.rows, greedy.alignment[:, stop:]]
    return replace(greedy, tokens=tokens, logprobs=logprobs, alignment=np.concatenate(parts, axis=1))


def _texts(edit: _Edit, greedy: Greedy, vocabulary: Vocabulary) -> tuple[str, str]:
    return vocabulary.decode(edit.tokens), vocabulary.decode(greedy.tokens[edit.start : edit.end])
