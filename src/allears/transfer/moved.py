"""How far training moved the weights of each layer, and of each kind of part in it.

In: two states of one network, name of a parameter -> value. Out: by place and kind ||after - before|| / ||before||,
Euclidean, over all weights together. LoRA is merged first: what counts is the matrix that is heard with. No torch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["KINDS", "Change", "Moved", "compare_weights", "kind_of", "place_of"]

KINDS = (
    "attention",
    "cross-attention",
    "feed-forward",
    "convolution",
    "recurrent",
    "norm",
    "embedding",
    "mix",
    "other",
)
"""In the order in which they are shown."""

_KIND = (
    ("mix", r"^sharing\.mix\."),
    ("norm", r"norm"),
    ("cross-attention", r"encoder_attn"),
    ("attention", r"attn|attention|[qkv]_proj|out_proj"),
    ("feed-forward", r"\.(fc\d|grow|shrink)\."),
    ("recurrent", r"lstm|weight_[ih]h_|bias_[ih]h_|gru"),
    ("convolution", r"conv|depthwise|pointwise"),
    ("embedding", r"embed|positions"),
)  # the first that is found in the name
_TASK = re.compile(r"^(heads\.|sharing\.(?:branches|cascade|towers)\.)[^.]+\.")
_LAYER = re.compile(r"\.(?:layers|blocks|encoder\.layer)\.(\d+)\.")


@dataclass(frozen=True)
class Change:
    """How far something moved.

    Attributes:
        relative: ||after - before|| / ||before||; None if it was all zeros.
        num_weights: numbers it has.
    """

    relative: float | None
    num_weights: int


@dataclass(frozen=True)
class Moved:
    """What training moved.

    Attributes:
        parts: place (`encoder 3`, `transcribe 0`, `heads.language`) -> kind -> change; places in order.
        whole: place without its layer (`encoder`, `transcribe`) -> change.
        new: parameters that only the second state has.
        gone: that only the first one has.
        reshaped: that have another shape (heads that grew).
    """

    parts: Mapping[str, Mapping[str, Change]]
    whole: Mapping[str, Change]
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    reshaped: tuple[str, ...] = ()


def compare_weights(before: Mapping[str, np.ndarray], after: Mapping[str, np.ndarray]) -> Moved:
    """How far each part moved.

    Raises:
        ValueError: the two have no parameter of the same name and shape.
    """
    both = [name for name in before if name in after]
    same = [name for name in both if before[name].shape == after[name].shape]
    if not same:
        raise ValueError(
            "the two networks have no weights of the same name and shape, so nothing can be said to have moved: give "
            "a model and what was trained on from it"
        )
    sums: dict[tuple[str, str], np.ndarray] = {}
    for name in same:
        key = (place_of(name), kind_of(name))
        sums[key] = sums.get(key, np.zeros(3)) + _squares(before[name], after[name])
    parts: dict[str, dict[str, Change]] = {}
    wholes: dict[str, np.ndarray] = {}
    for place, kind in sorted(sums, key=_order):
        parts.setdefault(place, {})[kind] = _change(sums[place, kind])
        whole = place.partition(" ")[0]
        wholes[whole] = wholes.get(whole, np.zeros(3)) + sums[place, kind]
    return Moved(
        parts,
        {whole: _change(found) for whole, found in wholes.items()},
        tuple(sorted(set(after) - set(before))),
        tuple(sorted(set(before) - set(after))),
        tuple(sorted(set(both) - set(same))),
    )


def place_of(name: str) -> str:
    """`encoder 3`, `encoder` (what is not in a layer), `transcribe 0` (of its text decoder), `heads.language`."""
    layer = _LAYER.search("." + name)
    number = f" {layer[1]}" if layer else ""
    words = name.split(".")
    if words[0] == "encoder":
        return f"encoder{number}"
    if words[0] == "heads" and len(words) > 2:
        return f"{words[1]}{number}" if words[2] == "decoder" else f"heads.{words[1]}"
    if words[0] == "sharing" and len(words) > 2:
        return f"heads.{words[2]}" if words[1] == "mix" else f"sharing.{words[2]}{number}"
    return words[0]


def kind_of(name: str) -> str:
    """One of `KINDS`."""
    own = _TASK.sub(r"\1", name)  # a task may be called `keyword-embedding`
    return next((kind for kind, pattern in _KIND if re.search(pattern, own)), "other")


def _squares(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(3,): squares of the change, squares of what it was, how many."""
    old, new = before.astype(np.float64).ravel(), after.astype(np.float64).ravel()
    return np.array([np.sum((new - old) ** 2), np.sum(old**2), old.size])


def _change(sums: np.ndarray) -> Change:
    moved, there, count = sums
    return Change(float(np.sqrt(moved / there)) if there > 0 else None, int(count))


def _order(key: tuple[str, str]) -> tuple[int, str, int, int]:
    """The encoder first, then text decoders, heads and the rest; layers by number."""
    place, kind = key
    owner, _, number = place.partition(" ")
    group = 0 if owner == "encoder" else 2 if owner.startswith("heads.") else 3 if owner.startswith("sharing") else 1
    return group, owner, int(number) if number else -1, KINDS.index(kind)
