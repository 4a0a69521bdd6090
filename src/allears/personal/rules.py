"""What is always misread in the same way, written right: exact words for exact words.

In: a transcript, rules. Out: the transcript with what was heard replaced. Only whole words in the same order are, in
the rule's language; of rules that overlap, the longer one wins. Punctuation around and a capital at the start stay. The
new words share the time of the old ones; the tokens of a segment stay those that the decoder wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from allears.decode.answers import Segment, Transcript, Word
from allears.texts import plain_words

__all__ = ["Rule", "apply_rules"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """A misreading.

    Attributes:
        heard: what the model writes, plain words.
        written: what is to be written.
        language: code of the texts it is for; empty for all.
        count: how often it was corrected so.
    """

    heard: str
    written: str
    language: str = ""
    count: int = 1


def apply_rules(transcript: Transcript, rules: Sequence[Rule]) -> Transcript:
    """The transcript with every misreading written right."""
    fitting = {rule.heard: rule for rule in rules if not rule.language or rule.language == transcript.language}
    if not fitting:
        return transcript
    return replace(transcript, segments=tuple(_segment(segment, fitting) for segment in transcript.segments))


def _segment(segment: Segment, rules: Mapping[str, Rule]) -> Segment:
    tokens = segment.text.split()
    found = list(_places(tokens, rules))
    if not found:
        return segment
    log.debug("%d words of %r are written by rules", len(found), segment.text)
    for start, end, rule in reversed(found):
        tokens[start:end] = _written(tokens[start:end], rule).split()
    words = list(segment.words)
    for start, end, rule in reversed(list(_places([word.text for word in words], rules))):
        words[start:end] = _timed(words[start:end], _written([word.text for word in words[start:end]], rule).split())
    return replace(segment, text=" ".join(tokens), words=tuple(words))


def _places(tokens: Sequence[str], rules: Mapping[str, Rule]) -> Iterator[tuple[int, int, Rule]]:
    """Where which rule is for, from left to right, none in another."""
    plain = [plain_words(token) for token in tokens]
    longest, at = max(len(heard.split()) for heard in rules), 0
    while at < len(tokens):
        ends = range(min(len(tokens), at + longest), at, -1)
        end = next((end for end in ends if all(plain[at:end]) and " ".join(plain[at:end]) in rules), at)
        if end > at:
            yield at, end, rules[" ".join(plain[at:end])]
        at = max(end, at + 1)


def _written(old: Sequence[str], rule: Rule) -> str:
    """The rule's words between the punctuation of the old ones."""
    first, last = old[0], old[-1]
    before = first[: next(i for i, c in enumerate(first) if plain_words(c))]
    after = last[max(i for i, c in enumerate(last) if plain_words(c)) + 1 :]
    is_capital = first[len(before) :][:1].isupper()
    new = rule.written[:1].upper() + rule.written[1:] if is_capital else rule.written
    return f"{before}{new}{after}"


def _timed(old: Sequence[Word], new: Sequence[str]) -> list[Word]:
    """New words in equal shares of the old ones' time."""
    start, end = old[0].start_s, old[-1].end_s
    probability, share = min(word.probability for word in old), (end - start) / len(new)
    return [Word(t, start + i * share, start + (i + 1) * share, probability) for i, t in enumerate(new)]
