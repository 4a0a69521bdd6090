"""What `allears data prepare` prints: the list of corpora, and what was prepared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allears.data.prepare import Prepared

__all__ = ["as_text", "listing"]

_FACTS = ("layout", "labels", "split", "licence", "url")


def listing(*, is_json: bool) -> str:
    """All corpora that `prepare` knows: for people, or as a JSON array."""
    from allears.data.recipes import CORPORA

    corpora = {name: CORPORA[name]() for name in CORPORA}
    if is_json:
        facts = [
            {"name": name, "title": corpus.title} | {fact: getattr(corpus, fact) for fact in _FACTS}
            for name, corpus in corpora.items()
        ]
        return json.dumps(facts, ensure_ascii=False, indent=2)
    blocks = []
    for name, corpus in corpora.items():
        told = {fact: getattr(corpus, fact) for fact in _FACTS} | {"labels": ", ".join(corpus.labels)}
        blocks.append("\n".join([f"{name}: {corpus.title}", *(f"  {fact:<8}{text}" for fact, text in told.items())]))
    return "\n\n".join(blocks)


def as_text(prepared: Prepared) -> str:
    """For people: licence and source first, then what was written and what was skipped."""
    return "\n".join(_lines(prepared))


def _lines(prepared: Prepared) -> Iterator[str]:
    yield prepared.title
    yield f"  licence  {prepared.licence}"
    yield f"  from     {prepared.url}"
    for path, splits in prepared.files.items():
        counts = ", ".join(f"{split} {count:,}" for split, count in splits.items())
        yield f"{path}: {sum(splits.values()):,} rows ({counts})"
    if prepared.hours:
        yield "  hours    " + ", ".join(f"{split} {hours:.2f}" for split, hours in prepared.hours.items())
    yield "  labels   " + ", ".join(f"{field} {count:,}" for field, count in prepared.labels.items())
    yield f"skipped {sum(prepared.skipped.values()):,}"
    for reason, count in prepared.skipped.items():
        yield f"  {count:,} times {reason}"
        yield from (f"    {place}" for place in prepared.examples[reason])
