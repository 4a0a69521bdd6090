"""Which language is spoken: what the language head and the text decoder say, put together.

The decoder knows all of Whisper's languages, the head a few, but those better. So the decoder tells whether it is one
of the head's languages K, and both tell which. With h the head's probabilities over K and d the decoder's over all:

    p(l) = d(K) * d(l)^(1 - f) h(l)^f / sum over K of the same    for l in K, d(K) being the sum of d over K
    p(l) = d(l)                                                   for any other

Windows are averaged in the logarithm, by how much is said in each.

Option in the language task's `decode`: `fusion` f, the head's share, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allears.decode.answers import Choice
from allears.decode.options import numbers
from allears.vocabulary import LANGUAGES, base_language

__all__ = ["Fusion", "choose", "fuse", "known_codes", "sure_or_usual"]

_FLOOR = 1e-8  # no language is ruled out by one window
_SURE = 0.8  # a window that is this sure is believed against the windows before it


@dataclass(frozen=True)
class Fusion:
    """See the module."""

    fusion: float = 0.7

    @classmethod
    def of(cls, decode: Mapping[str, Any]) -> Fusion:
        return cls(**numbers(decode, vars(cls())))


def known_codes(tags: Sequence[str] | None, classes: Sequence[str], has_decoder: bool) -> tuple[str, ...] | None:
    """Tags a user allows -> codes of languages the model knows; None for all.

    Raises:
        ValueError: a language the model does not know, or none at all.
    """
    if tags is None:
        return None
    known = set(LANGUAGES) if has_decoder else {base_language(c) for c in classes}
    codes = tuple(dict.fromkeys(base_language(tag) for tag in ([tags] if isinstance(tags, str) else tags)))
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        raise ValueError(
            f"languages {list(tags)} cannot be chosen among: give one or more of {', '.join(sorted(known))}, or leave "
            "them out to have any language detected"
        )
    return codes


def fuse(
    head: Mapping[str, float] | None,
    decoder: Mapping[str, float] | None,
    fusion: Fusion,
    allowed: Sequence[str] | None = None,
) -> dict[str, float]:
    """Language code -> probability, of one window; among the allowed languages."""
    merged: dict[str, float] = {}
    for label, p in (head or {}).items():
        merged[base_language(label)] = merged.get(base_language(label), 0.0) + p
    everything = {**dict.fromkeys(merged, 0.0), **decoder} if decoder is not None else merged
    found = {code: value for code, value in everything.items() if allowed is None or code in allowed}
    known = [code for code in found if code in merged]
    if decoder is not None and known:
        f, share = fusion.fusion, sum(found[code] for code in known)
        score = (1 - f) * _logs([found[c] for c in known]) + f * _logs([merged[c] for c in known])
        found |= {code: share * value for code, value in _normalised(known, score).items()}
    return _normalised(list(found), _logs(list(found.values())))


def choose(windows: Sequence[Mapping[str, float]], weights: Sequence[float]) -> Choice:
    """The language of a clip from those of its windows; `probabilities` are in falling order.

    Weights are seconds of speech; if all are 0, windows count alike.
    """
    total = sum(weights)
    shares = [w / total for w in weights] if total > 0 else [1 / len(windows)] * len(windows)
    codes = list(windows[0])
    score = sum(share * _logs([window[c] for c in codes]) for share, window in zip(shares, windows, strict=True))
    probabilities = _normalised(codes, np.asarray(score))
    ordered = dict(sorted(probabilities.items(), key=lambda item: -item[1]))
    best = next(iter(ordered))
    return Choice(best, ordered[best], ordered)


def sure_or_usual(windows: Sequence[Mapping[str, float]], weights: Sequence[float]) -> str:
    """The language to transcribe the last window as: its own if that is clear, else that of all windows so far."""
    own = max(windows[-1], key=lambda code: windows[-1][code])
    return own if windows[-1][own] >= _SURE else choose(windows, weights).label


def _logs(probabilities: Sequence[float]) -> np.ndarray:
    return np.asarray(np.log(np.maximum(probabilities, _FLOOR)))


def _normalised(codes: Sequence[str], score: np.ndarray) -> dict[str, float]:
    exp = np.exp(score - score.max())
    return {code: float(p) for code, p in zip(codes, exp / exp.sum(), strict=True)}
