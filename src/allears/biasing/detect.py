"""Which domain a text is of, by its words.

In: packs, and a text. Out: a `Choice`. Source: multinomial naive Bayes, each domain's words smoothed with those of all
(Jelinek & Mercer 1980; for classifying McCallum & Nigam 1998):
    score(d) = ln prior(d) + sum over words of ln(s p(w | d) + (1 - s) p(w)) - ln p(w),  p(w): the mean over domains
Words that no domain has say nothing and are left out, so a text of such words alone is of none.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from allears.biasing.pack import OTHER, Pack
from allears.decode.answers import Choice
from allears.texts import plain_words

__all__ = ["Detector"]

_SHARE = 0.8  # s: how far a domain's own words are believed
_PRIOR_OTHER = 0.5  # most of what is said belongs to no domain; the domains share the rest


class Detector:
    """Tells domains apart.

    Args:
        packs: of different names; `other` should be among them.
    """

    def __init__(self, packs: Iterable[Pack]) -> None:
        ordered = sorted(packs, key=lambda pack: pack.name)
        self.names = tuple(pack.name for pack in ordered)
        self._rows = [(pack.ngram.unigrams, max(1, sum(pack.ngram.unigrams.values()))) for pack in ordered]
        has_other = OTHER in self.names
        rest = (1 - _PRIOR_OTHER * has_other) / max(1, len(self.names) - has_other)
        self._prior = np.log([_PRIOR_OTHER if name == OTHER else rest for name in self.names])

    def choose(self, text: str) -> Choice:
        """The domain of a text, `other` where it is of none."""
        scores = self._prior.copy()
        for word in plain_words(text).split():
            p = np.array([found.get(word, 0) / total for found, total in self._rows])
            if p.any():
                scores += np.log(_SHARE * p + (1 - _SHARE) * p.mean()) - np.log(p.mean())
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = int(shares.argmax())
        return Choice(self.names[best], float(shares[best]), dict(zip(self.names, map(float, shares), strict=True)))
