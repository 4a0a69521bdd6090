"""What is adapted to, and what must not be forgotten: languages, their clips, and what counts as an error.

In: the folder of the corpora. Out: `Target`s and `OLD`. A target is a language (or an accent) to transcribe, or a
language to translate from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["ENGLISH", "MAX_S", "MIN_S", "OLD", "TARGETS", "Clips", "Target", "target_of"]

MIN_S, MAX_S = 0.5, 15.0  # prompts of one letter teach little, and long clips fill a batch


@dataclass(frozen=True)
class Clips:
    """Clips of one split of a corpus.

    Attributes:
        corpus: folder in that of the corpora.
        split: `train`, `dev` or `test`.
        where: fields and their values.
        limit: most clips, evenly spread; all if None.
    """

    corpus: str
    split: str
    where: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None


@dataclass(frozen=True)
class Target:
    """One panel of the picture.

    Attributes:
        name: in keys, tables and `--targets`.
        title: for people.
        told: code of the language, told to the decoder.
        train: to learn from, of which a cell has so many minutes.
        dev: to choose settings on; None if the corpus has none.
        test: to measure on.
        measure: of `measured.py`: `cer`, `wer` or `chrf`.
        task: that learns.
    """

    name: str
    title: str
    told: str
    train: Clips
    dev: Clips | None
    test: Clips
    measure: Literal["cer", "wer", "chrf"] = "cer"
    task: Literal["transcribe", "translate"] = "transcribe"


def _spoken(name: str, title: str, corpus: str, num_tested: int) -> Target:
    return Target(name, title, name.partition("-")[0], *_splits(corpus, {"language": name, "text": "*"}, num_tested))


def _translated(name: str, title: str) -> Target:
    splits = _splits("fillets", {"language": name, "translations": "*"}, 80)
    return Target(f"{name}-en", title, name, *splits, measure="chrf", task="translate")


def _splits(corpus: str, where: Mapping[str, Any], num_tested: int) -> tuple[Clips, Clips, Clips]:
    """To learn from, to choose on, to measure on."""
    return (
        Clips(corpus, "train", where),
        Clips(corpus, "dev", where, num_tested // 2),
        Clips(corpus, "test", where, num_tested),
    )


TARGETS = (
    _spoken("cs", "Czech", "fillets", 80),
    _spoken("nl", "Dutch", "fillets", 80),
    _spoken("fr-CA", "Canadian French", "asterisk-prompts", 60),
    _spoken("it", "Italian", "asterisk-prompts", 60),
    Target(
        "zh-en", "Mandarin-accented English", "en",
        Clips("speechocean762-train", "train"), None, Clips("speechocean762-test", "test", limit=80), "wer",
    ),
    _translated("cs", "Czech to English"),
    _translated("nl", "Dutch to English"),
)  # fmt: skip
"""In the order in which they are run: each target's clips are measured in under a minute of CPU time."""

OLD: Mapping[str, Clips] = {
    "en": Clips("librispeech-mini", "dev", {"text": "*"}),
    "es": Clips("asterisk-prompts", "test", {"language": "es-MX", "text": "*"}, 20),
    "ru": Clips("asterisk-prompts", "test", {"language": "ru", "text": "*"}, 20),
}
"""Languages that nobody adapts to -> clips that show what was forgotten."""


ENGLISH = Clips("asterisk-prompts", "train", {"language": "en", "text": "*"}, 100)
"""What is rehearsed."""


def target_of(name: str) -> Target:
    """The target of that name.

    Raises:
        ValueError: there is none.
    """
    known = {target.name: target for target in TARGETS}
    if name not in known:
        raise ValueError(f"there is no target {name!r}: give one of {', '.join(known)}")
    return known[name]
