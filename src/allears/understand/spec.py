"""What a model of open language can say, written into its file: sets of labels, domains, and thresholds.

In: JSON from the metadata of `understand.onnx`. Out: frozen values, for training and run time alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allears.versioned import read_versioned

__all__ = ["METADATA_KEY", "SPEC_VERSION", "LabelSet", "UnderstandSpec"]

METADATA_KEY = "allears-understand"
SPEC_VERSION = 1  # raised when a file written today could not be read by yesterday's runtime


@dataclass(frozen=True)
class LabelSet:
    """The labels of one corpus, which are one way to cut the world into intents.

    Attributes:
        name: `snips`, `home`, ...
        intents: in order of the outputs `intent-NAME`.
        tags: `O`, `B-city`, `I-city`... in order of the outputs `slots-NAME`; empty if the corpus marks no values.
        slots_of: intent -> slots that it was seen with; one without an entry may have any.
        domain_of: intent -> domain.
        scope_threshold: least score (`scope.py`) of a sentence that is taken to be in scope.
    """

    name: str
    intents: tuple[str, ...]
    tags: tuple[str, ...]
    slots_of: Mapping[str, tuple[str, ...]]
    domain_of: Mapping[str, str]
    scope_threshold: float = 0.0


@dataclass(frozen=True)
class UnderstandSpec:
    """A model of open language.

    Attributes:
        name, version: of the weights.
        domains: in order of the output `domain`.
        sets: in order of the output `set`.
        max_pieces: longest text, start and end mark included; words past it are not read.
        notes: free text for people (data, licence).
    """

    name: str
    version: str
    domains: tuple[str, ...]
    sets: tuple[LabelSet, ...]
    max_pieces: int = 128
    notes: str = ""

    def set_named(self, name: str) -> LabelSet:
        """The label set of that name.

        Raises:
            ValueError: there is none; the message names those there are.
        """
        for one in self.sets:
            if one.name == name:
                return one
        have = ", ".join(one.name for one in self.sets)
        raise ValueError(f"the model {self.name!r} has no set of labels {name!r}: it has {have}")

    def to_json(self) -> str:
        return json.dumps({"spec_version": SPEC_VERSION, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> UnderstandSpec:
        """Read what `to_json` wrote.

        Raises:
            ValueError: written by a newer allears, or something else.
        """
        data = read_versioned(text, "a spec of open language", SPEC_VERSION)
        try:
            sets = tuple(_label_set(one) for one in data.pop("sets"))
            return cls(**{**data, "domains": tuple(data["domains"])}, sets=sets)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a spec of open language: {error!r}; export the model again") from error


def _label_set(data: Mapping[str, Any]) -> LabelSet:
    return LabelSet(
        name=data["name"],
        intents=tuple(data["intents"]),
        tags=tuple(data["tags"]),
        slots_of={intent: tuple(slots) for intent, slots in data["slots_of"].items()},
        domain_of=dict(data["domain_of"]),
        scope_threshold=float(data["scope_threshold"]),
    )
