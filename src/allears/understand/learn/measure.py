"""How well an exported model understands: intents, values and scope on the test sentences of a recipe.

In: a model folder and a recipe. Out: numbers by label set. Each sentence goes through `Reader`, as a user's does; the
label set is given, as benchmarks do, and beside it stands how often the model would have chosen it. `noisy`: the same
sentences after `Noise` with a fixed seed.
`python -m allears.understand.learn.measure MODEL RECIPE`
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from allears.understand.answers import Meaning
from allears.understand.f1 import SpanCounts
from allears.understand.learn.data import read_data
from allears.understand.learn.noise import Noise
from allears.understand.learn.recipe import load_text_recipe
from allears.understand.learn.sentences import Example
from allears.understand.reader import Reader
from allears.understand.tags import Stretch, spans_of

__all__ = ["SetScores", "measure_set"]


@dataclass(frozen=True)
class SetScores:
    """Numbers of one label set; None where the test sentences do not say.

    Attributes:
        num_sentences: of the test, in scope.
        intent_accuracy: share of them whose intent is right.
        slot_f1: of whole values.
        whole: share of them with the intent and all values right.
        set_chosen: share of them for which the model chose this set by itself.
        domain_accuracy: share of them whose domain is right.
        scope_auroc: of the scope margin, in scope against out of scope.
        scope_auroc_intent: of the probability of the likeliest intent in its place.
        out_recall: share of sentences out of scope that are refused at the set's threshold.
        out_recall_free: the same where the model chooses the set.
        in_kept: share of sentences in scope that are not.
    """

    num_sentences: int
    intent_accuracy: float
    slot_f1: float | None
    whole: float | None
    set_chosen: float
    domain_accuracy: float
    scope_auroc: float | None
    scope_auroc_intent: float | None
    out_recall: float | None
    out_recall_free: float | None
    in_kept: float


def measure_set(reader: Reader, name: str, examples: Sequence[Example]) -> SetScores:
    """The numbers of one label set.

    Raises:
        ValueError: no sentence has an intent.
    """
    inside = [e for e in examples if e.intent is not None]
    if not inside:
        raise ValueError(f"no test sentence of {name!r} has an intent: give `test` sentences with `intent`")
    outside = [e for e in examples if e.is_in_scope is False]
    free = [reader.read(" ".join(e.words)) for e in inside]
    said = [m if m.label_set == name else reader.read(m.text, label_set=name) for m in free]
    refused = [reader.read(" ".join(e.words), label_set=name) for e in outside]
    labels = reader.spec.set_named(name)
    is_right = np.array([m.intent == e.intent for m, e in zip(said, inside, strict=True)])
    counts, is_whole = SpanCounts(), list(is_right)
    for i, (meaning, e) in enumerate(zip(said, inside, strict=True)):
        if e.tags is not None:
            found, true = _stretches(meaning), spans_of(e.tags)
            counts.add(found, true)
            is_whole[i] = is_right[i] and set(found) == set(true)
    chosen = [m.label_set == name for m in free]
    domains = [m.domain == labels.domain_of.get(str(e.intent)) for m, e in zip(said, inside, strict=True)]
    has_tags = bool(labels.tags)
    return SetScores(
        num_sentences=len(inside),
        intent_accuracy=float(is_right.mean()),
        slot_f1=counts.f1 if has_tags else None,
        whole=float(np.mean(is_whole)) if has_tags else None,
        set_chosen=float(np.mean(chosen)),
        domain_accuracy=float(np.mean(domains)),
        scope_auroc=_auroc([m.scope_margin for m in said], [m.scope_margin for m in refused]),
        scope_auroc_intent=_auroc([m.confidence for m in said], [m.confidence for m in refused]),
        out_recall=float(np.mean([not m.is_in_scope for m in refused])) if refused else None,
        out_recall_free=float(np.mean([not reader.read(m.text).is_in_scope for m in refused])) if refused else None,
        in_kept=float(np.mean([m.is_in_scope for m in said])),
    )


def _stretches(meaning: Meaning) -> list[Stretch]:
    """The values by their words, as tags count them; the text has one space between words."""
    return [
        Stretch(slot.name, meaning.text.count(" ", 0, slot.start), meaning.text.count(" ", 0, slot.end) + 1)
        for slot in meaning.slots
    ]


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    if not inside or not outside:
        return None
    return float(roc_auc_score([1] * len(inside) + [0] * len(outside), [*inside, *outside]))


def _noisy(examples: Sequence[Example], seed: int) -> list[Example]:
    draw, noise = random.Random(seed), Noise(forget=0.0)
    found = []
    for e in examples:
        words, tags = noise.apply(e.words, e.tags, draw)
        found.append(replace(e, words=tuple(words), tags=None if tags is None else tuple(tags)))
    return found


def main() -> None:
    """The command; see the module."""
    parser = argparse.ArgumentParser(description="Measure a model of open language.")
    parser.add_argument("model", type=Path, help="folder that allears.understand.learn.export wrote")
    parser.add_argument("recipe", type=Path, help="the recipe of its run")
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    args = parser.parse_args()
    reader, data = Reader(args.model), read_data(load_text_recipe(args.recipe))
    found = {}
    for name, splits in data.examples.items():
        examples = splits[args.split]
        found[name] = vars(measure_set(reader, name, examples))
        found[f"{name}, noisy"] = vars(measure_set(reader, name, _noisy(examples, seed=0)))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
