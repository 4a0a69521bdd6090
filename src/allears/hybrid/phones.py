"""A DNN-HMM: phones of three states, a network that scores them, and a lexicon that says which words they make.

In: audio. Out: scores of states a frame; words laid out as states. `training.py` makes one, `search.py` recognises with
it, `aligning.py` aligns.

Letters: M frames of 10 ms, P phones, C = 3 P + 1 columns: the states of the phones, and the pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from allears.hybrid import store
from allears.hybrid.features import KINDS, Kind
from allears.hybrid.lexicon import Lexicon, Pronunciation, named
from allears.hybrid.network import Network
from allears.hybrid.topology import Laid, lay_out

__all__ = ["GAP", "PHONES", "PhoneModel"]

PHONES = "phones"  # the kind in a model's description
GAP = 0.5  # nats a frame that any sound costs against the likeliest state, in place of a word nobody can say


@dataclass(frozen=True, eq=False)
class PhoneModel:
    """See the module.

    Attributes:
        phones: names, sorted.
        stay: (C,) log-probability of another frame in a state.
        network: scores states.
        features: what the network reads.
        heard_by: name and version of the model whose encoder it read; empty for MFCC.
        lexicon: of the words it was trained on.
    """

    phones: tuple[str, ...]
    stay: np.ndarray
    network: Network
    features: Kind
    heard_by: str
    lexicon: Lexicon

    @property
    def index(self) -> dict[str, int]:
        """Phone -> number."""
        return {phone: number for number, phone in enumerate(self.phones)}

    def scores(self, inputs: np.ndarray) -> np.ndarray:
        """What the network reads (M, D) -> scores (M, C + 1); the last column is the gap.

        Raises:
            ValueError: features of another width: they are of another model.
        """
        if inputs.shape[1] != len(self.network.mean):
            raise ValueError(
                f"the hybrid reads {len(self.network.mean)} features a frame and got {inputs.shape[1]}: it was trained "
                f"on {self.heard_by or self.features}; give that model with --model, or train again"
            )
        found = self.network.log_likelihood(inputs)
        return np.concatenate([found, found.max(axis=1, keepdims=True) - GAP], axis=1)

    def sayable(self, said: Sequence[Pronunciation]) -> list[Pronunciation]:
        """The pronunciations all of whose phones the model has."""
        have = set(self.phones)
        return [one for one in said if have.issuperset(one)]

    def lay_out(self, words: Sequence[str], lexicon: Lexicon | None = None) -> tuple[Laid, list[str]]:
        """Plain words as a chain, each by its first pronunciation; and those that cannot be said, which are gaps."""
        entries = lexicon or self.lexicon
        said = [next(iter(self.sayable(entries.say(word))), None) for word in words]
        return lay_out(said, self.index, self.stay), [w for w, one in zip(words, said, strict=True) if one is None]

    def check_hearer(self, name: str) -> None:
        """Raise if the encoder is not the one that it was trained on.

        Raises:
            ValueError: another model.
        """
        if self.heard_by and self.heard_by != name:
            raise ValueError(
                f"the hybrid was trained on the encoder of {self.heard_by!r}, this is {name!r}: give that model with "
                "--model, or train again"
            )

    def save(self, folder: str | Path) -> Path:
        """Write it into a folder."""
        about = {
            "kind": PHONES, "phones": self.phones, "features": self.features, "heard_by": self.heard_by,
            "lexicon": self.lexicon.to_dict(),
        }  # fmt: skip
        return store.write(folder, about, {"stay": self.stay, **self.network.to_arrays()})

    @classmethod
    def load(cls, folder: str | Path) -> PhoneModel:
        """Read it.

        Raises:
            ValueError: there is none, or another kind of model.
        """
        about, arrays = store.read(folder)
        if about["kind"] != PHONES or about["features"] not in KINDS:
            raise ValueError(
                f"{folder} holds a model of kind {about['kind']!r}, one of {PHONES!r} is needed: train with "
                f"`allears hybrid train --kind {PHONES}`"
            )
        network = Network(**{field.name: arrays[field.name] for field in fields(Network)})
        lexicon = Lexicon.from_dict(about["lexicon"])
        return cls(tuple(about["phones"]), arrays["stay"], network, about["features"], about["heard_by"], lexicon)

    def unsayable(self, words: Sequence[str]) -> str:
        """The words, for a message."""
        return f"{named(list(words))}; the model has the phones {' '.join(self.phones)}"
