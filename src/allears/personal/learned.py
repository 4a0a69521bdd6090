"""What corrections teach at once: words to expect, and misreadings that are always the same.

In: corrections. Out: phrases that the transcripts had wrong, and rules (`rules.py`). Nothing of it is kept: it follows
from the corrections each time, so that a correction that is deleted is forgotten with all that it taught.

Texts are compared word by word (`difflib`). Of what was said in place of something else, words that nobody would expect
become phrases. A misreading becomes a rule where it was corrected in two clips, always in the same way, was never right
in another clip, and is not made of everyday words alone: `and` for `Ann` would spoil every sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from allears.decode.words import UNSPACED
from allears.personal.corrections import Correction
from allears.personal.everyday import is_everyday
from allears.personal.rules import Rule
from allears.texts import plain_words

__all__ = ["misreadings", "phrases_of", "rules_of"]

_MOST_WORDS = 4  # of a misreading; more is another sentence
_FEWEST_CLIPS = 2  # that make a rule
_FEWEST_LETTERS = 4  # of a word to expect; 5 where no list tells which words are usual


@dataclass(frozen=True)
class _Change:
    """Plain words that were heard, and the words that were said, as they are written."""

    heard: tuple[str, ...]
    said: tuple[str, ...]


def phrases_of(corrections: Sequence[Correction]) -> tuple[str, ...]:
    """Words and names that the transcripts had wrong, each once, in order."""
    found: dict[str, str] = {}
    for one in corrections:
        for change in _changes(one):
            for phrase in _unusual(change.said, one.language):
                found.setdefault(plain_words(phrase), phrase)
    return tuple(found[key] for key in sorted(found))


def rules_of(corrections: Sequence[Correction]) -> tuple[Rule, ...]:
    """The misreadings that are sure."""
    return tuple(rule for rule in misreadings(corrections) if rule.count >= _FEWEST_CLIPS)


def misreadings(corrections: Sequence[Correction]) -> tuple[Rule, ...]:
    """All that could become rules, with how often each was corrected."""
    seen: Counter[tuple[str, str, str]] = Counter()
    forms: dict[tuple[str, str], set[str]] = {}
    for one in corrections:
        for pair in {(" ".join(change.heard), " ".join(change.said)) for change in _changes(one) if change.heard}:
            seen[(*pair, one.language)] += 1
            forms.setdefault((pair[0], one.language), set()).add(plain_words(pair[1]))
    return tuple(
        Rule(heard, written, language, count)
        for (heard, written, language), count in sorted(seen.items())
        if len(forms[heard, language]) == 1
        and not all(_is_usual(word, language) for word in heard.split())
        and not any(_was_right(heard, one) for one in corrections if one.language == language)
    )


def _changes(one: Correction) -> Iterator[_Change]:
    """What was said in place of something, or of nothing."""
    if one.language in UNSPACED:
        return
    heard, said = plain_words(one.heard).split(), list(_words(one.text))
    for kind, a, b, c, d in _compared(heard, [plain for plain, _ in said]):
        if kind in ("replace", "insert") and max(b - a, d - c) <= _MOST_WORDS:
            yield _Change(tuple(heard[a:b]), tuple(written for _, written in said[c:d]))


def _was_right(heard: str, one: Correction) -> bool:
    """Whether a clip says what was heard in it."""
    words = plain_words(one.heard).split()
    same = _compared(words, plain_words(one.text).split())
    return any(f" {heard} " in f" {' '.join(words[a:b])} " for kind, a, b, _, _ in same if kind == "equal")


def _compared(heard: Sequence[str], said: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, list(heard), list(said), autojunk=False).get_opcodes())


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Plain word and how it is written, without the punctuation around it."""
    for token in text.split():
        plain = plain_words(token).split()
        if len(plain) == 1:
            letters = [i for i, c in enumerate(token) if plain_words(c)]
            yield plain[0], token[letters[0] : letters[-1] + 1]
        else:
            yield from ((word, word) for word in plain)


def _unusual(said: Sequence[str], language: str) -> Iterator[str]:
    """Runs of words that nobody would expect, each as one phrase."""
    run: list[str] = []
    for word in (*said, ""):
        if word and not _is_usual(plain_words(word), language):
            run.append(word)
        elif run:
            yield " ".join(run)
            run = []


def _is_usual(word: str, language: str) -> bool:
    """Everyday words; where no list tells, short ones."""
    if language != "en":
        return len(word) <= _FEWEST_LETTERS
    return len(word) < _FEWEST_LETTERS or is_everyday(word)
