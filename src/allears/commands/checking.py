"""What is in a file of commands, and what is wrong with it: `allears commands check`.

In: a grammar. Out: `Report`. Ambiguity is looked for in sentences drawn at random, some of each template, so that a
large grammar is checked in seconds; which sentences those are depends on the seed alone.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allears.commands.findings import Finding
from allears.commands.grammar import Grammar
from allears.commands.items import Item
from allears.commands.matching import Reading
from allears.commands.walking import Drawer, count, texts_of

__all__ = ["LETTERS", "Report", "check"]

LETTERS = "abcdefghijklmnopqrstuvwxyz'"  # of English CTC heads; where a model is given, its own
_PER_TEMPLATE = 8
_MOST_DRAWN = 2000  # of all templates; a millisecond or two each
_MAX_AMBIGUOUS = 20


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes:
        language: of the sentences.
        intents: intent -> how many templates.
        num_templates: of all.
        num_phrases: ways through all templates; a phrase with two ways counts twice, free words count once.
        free_lists: list nobody filled -> how many references.
        num_checked: sentences looked at for ambiguity.
        findings: errors, warnings and notes.
    """

    language: str
    intents: Mapping[str, int]
    num_templates: int
    num_phrases: int
    free_lists: Mapping[str, int]
    num_checked: int
    findings: Sequence[Finding]

    @property
    def num_errors(self) -> int:
        return sum(finding.level == "error" for finding in self.findings)


def check(grammar: Grammar, letters: str = LETTERS, seed: int = 0) -> Report:
    """Look through a grammar.

    Args:
        grammar: to look through.
        letters: that the model's CTC head can spell.
        seed: of the sentences drawn.
    """
    sentences = grammar.sentences
    bodies: list[Item] = [sentences.plain, *sentences.templates]
    for word, letter in _unspelt(bodies, letters):
        grammar.findings.add("warning", f"{word!r} cannot be heard: the model spells no {letter!r}; write it as spoken")
    num_checked = _find_ambiguous(grammar, random.Random(seed))
    return Report(
        language=grammar.language,
        intents=sentences.intents,
        num_templates=sum(sentences.intents.values()),
        num_phrases=sum(map(count, bodies)),
        free_lists=sentences.free_lists,
        num_checked=num_checked,
        findings=list(grammar.findings),
    )


def _unspelt(bodies: Sequence[Item], letters: str) -> list[tuple[str, str]]:
    """Words with a letter the head has not, nor without its accent."""
    words: dict[str, str] = {}
    for body in bodies:
        for text in texts_of(body):
            for word in text.split():
                strange = [c for c in word if c not in letters and unicodedata.normalize("NFKD", c)[0] not in letters]
                if strange:
                    words.setdefault(word, strange[0])
    return sorted(words.items())


def _find_ambiguous(grammar: Grammar, rng: random.Random) -> int:
    """Note sentences with two meanings. Returns how many sentences were looked at."""
    drawer, texts = Drawer(rng), dict[str, None]()
    templates = grammar.sentences.templates
    for template in templates:
        _draw(drawer, template, max(1, min(_PER_TEMPLATE, _MOST_DRAWN // len(templates))), texts)
    _draw(drawer, grammar.sentences.plain, _MOST_DRAWN, texts)
    pairs: dict[frozenset[str], str] = {}
    kinds: Counter[frozenset[str]] = Counter()
    for text in texts:
        literal = [reading for reading in grammar.readings(text) if not reading.num_free]
        if len(literal) > 1:
            told = frozenset(f"{_told(reading)} by {reading.block.template!r}" for reading in literal[:2])
            kind = frozenset(reading.block.template for reading in literal[:2])
            kinds[kind] += 1
            if kinds[kind] == 1:
                pairs[told] = text
                if len(pairs) <= _MAX_AMBIGUOUS:
                    message = f"{text!r} has {len(literal)} meanings: {' and '.join(sorted(told))}"
                    grammar.findings.add("warning", message, literal[0].block.template)
    if len(pairs) > _MAX_AMBIGUOUS:
        grammar.findings.add("warning", f"{len(pairs) - _MAX_AMBIGUOUS} more pairs of templates are ambiguous")
    return len(texts)


def _draw(drawer: Drawer, item: Item, num_draws: int, texts: dict[str, None]) -> None:
    for _ in range(num_draws):
        drawn = drawer.draw(item)
        if drawn is not None:
            texts.setdefault(drawn[0])


def _told(reading: Reading) -> str:
    slots = ", ".join(f"{name}={slot.value}" for name, slot in reading.slots.items())
    return f"{reading.block.intent}({slots})"
