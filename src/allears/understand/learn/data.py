"""What a run reads: the sentences of every set and split, and the spec that follows from the training ones.

In: a `TextRecipe`. Out: examples, an `UnderstandSpec`. Labels that only dev or test have are not learned: a sentence
with one of them counts as a miss where intents are counted.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from allears.understand.learn.recipe import Source, TextRecipe
from allears.understand.learn.sentences import OUTSIDE, Example, read_examples
from allears.understand.spec import LabelSet, UnderstandSpec

__all__ = ["SPLITS", "TextData", "read_data"]

log = logging.getLogger(__name__)

SPLITS = ("train", "dev", "test")
_OTHER = "other"  # domain of an intent that the recipe gives none
_RARE = 1  # a slot seen so often with an intent may be a slip of the annotator: it does not count


@dataclass(frozen=True)
class TextData:
    """Attributes: `examples`: set -> split -> sentences; `spec`: its thresholds are 0 until they are measured."""

    examples: Mapping[str, Mapping[str, Sequence[Example]]]
    spec: UnderstandSpec


def read_data(recipe: TextRecipe) -> TextData:
    """Read all files of a recipe.

    Raises:
        ValueError: a file is missing or holds nothing usable, or a set has fewer than two intents.
    """
    examples = {name: _splits(source) for name, source in recipe.sets.items()}
    sets = tuple(_label_set(name, recipe.sets[name], splits["train"]) for name, splits in examples.items())
    domains = sorted({domain for one in sets for domain in one.domain_of.values()})
    spec = UnderstandSpec(recipe.name, recipe.version, tuple(domains), sets, recipe.max_pieces, recipe.notes)
    return TextData(examples, spec)


def _splits(source: Source) -> dict[str, list[Example]]:
    found = {}
    for split in SPLITS:
        own = getattr(source, split)
        found[split] = read_examples(Path(own or source.train), split if split == "train" or not own else None)
    return found


def _label_set(name: str, source: Source, examples: Sequence[Example]) -> LabelSet:
    intents = sorted({e.intent for e in examples if e.intent is not None})
    if len(intents) < 2:
        raise ValueError(
            f"the set {name!r} has the intents {intents}: two or more are needed, see `intent` of its rows"
        )
    tags = sorted({tag for e in examples for tag in e.tags or ()} - {OUTSIDE})
    # an `I-` seen alone is of no use without its `B-`
    names = sorted({tag[2:] for tag in tags})
    every = [OUTSIDE, *(f"{kind}-{slot}" for slot in names for kind in "BI")] if names else []
    seen: dict[str, Counter[str]] = {intent: Counter() for intent in intents}
    for e in examples:
        if e.intent is not None and e.tags is not None:
            seen[e.intent].update({tag[2:] for tag in e.tags if tag != OUTSIDE})
    slots_of = {intent: tuple(sorted(s for s, n in slots.items() if n > _RARE)) for intent, slots in seen.items()}
    return LabelSet(name, tuple(intents), tuple(every), slots_of if names else {}, _domains(name, source, examples))


def _domains(name: str, source: Source, examples: Sequence[Example]) -> dict[str, str]:
    found: dict[str, str] = {}
    for e in examples:
        if e.intent is not None and e.intent not in found:
            value = str(e.fields.get(source.domain_field, "")) if source.domain_field else ""
            found[e.intent] = source.domains.get(e.intent) or source.domains.get(value) or value or _OTHER
    without = [intent for intent, domain in found.items() if domain == _OTHER]
    if without:
        log.warning(
            "set %s: %d intents, as %s, are given no domain: they are %r", name, len(without), without[0], _OTHER
        )
    return found
