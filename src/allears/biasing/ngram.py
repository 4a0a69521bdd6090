"""How likely a word is after the two before it, in the texts of a domain.

In: sentences of plain words. Out: ln p(word | context). Source: interpolated Witten-Bell smoothing (Witten & Bell 1991;
Chen & Goodman 1998, section 2.6):
    p(w | h) = (c(h w) + T(h) p(w | h')) / (c(h) + T(h))
c: how often it was seen; T(h): how many different words were seen after h; h' is h without its first word. Ours differs
at the end: below the unigrams every word, known or not, has 1 / 50,000, so that a word nobody listed can be said.

Kept is the highest order alone, with its contexts filled up at the start of a sentence; the lower ones are sums of it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

__all__ = ["FLOOR", "NGram"]

FLOOR = -math.log(50_000)  # ln p of a word that nothing is known of: one among as many as a large dictionary has
_START = ""  # what is before the first word


class NGram:
    """Counts of words after words.

    Args:
        counts: (word, word, word) -> times; all of one length, the order.

    Attributes:
        order: words that count, the predicted one included.
        unigrams: word -> times.
    """

    def __init__(self, counts: Mapping[tuple[str, ...], int]) -> None:
        self._top = dict(counts)
        self.order = max((len(gram) for gram in counts), default=1)
        assert all(len(gram) == self.order for gram in counts)
        self.unigrams: Counter[str] = Counter()
        for gram, times in counts.items():
            self.unigrams[gram[-1]] += times

    @cached_property
    def _after(self) -> dict[tuple[str, ...], Counter[str]]:
        """Context -> word -> times; made when first asked for: telling domains apart needs unigrams only."""
        after: dict[tuple[str, ...], Counter[str]] = {}
        for gram, times in self._top.items():
            for size in range(self.order):
                after.setdefault(gram[self.order - 1 - size : -1], Counter())[gram[-1]] += times
        return after

    @cached_property
    def _totals(self) -> dict[tuple[str, ...], int]:
        return {context: sum(found.values()) for context, found in self._after.items()}

    @classmethod
    def count(cls, sentences: Iterable[Sequence[str]], order: int = 3) -> NGram:
        """Of sentences, each of plain words."""
        counts: Counter[tuple[str, ...]] = Counter()
        for words in sentences:
            padded = (*[_START] * (order - 1), *words)
            counts.update(padded[i : i + order] for i in range(len(words)))
        return cls(counts)

    def logprob(self, word: str, context: Sequence[str]) -> float:
        """ln p of a word after those; the sentence starts with the first of them. Only the last ones count."""
        p = math.exp(FLOOR)
        padded = (*[_START] * (self.order - 1), *context)
        for size in range(self.order):
            seen = padded[len(padded) - size :] if size else ()
            found = self._after.get(seen)
            if found is None:
                break
            p = (found[word] + len(found) * p) / (self._totals[seen] + len(found))
        return math.log(p)

    def gain(self, words: Sequence[str]) -> float:
        """Sum over words of ln p above that of words nothing is known of: 0 for none of them."""
        return sum(self.logprob(word, words[max(0, i - self.order + 1) : i]) - FLOOR for i, word in enumerate(words))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """`words`: UTF-8 bytes, a line each; `grams` (G, order) and `times` (G,): numbers of words and counts."""
        names = sorted({word for gram in self._top for word in gram})
        number = {name: i for i, name in enumerate(names)}
        grams = sorted(self._top)
        table = np.array([[number[w] for w in gram] for gram in grams], np.uint16).reshape(len(grams), self.order)
        assert len(names) <= np.iinfo(np.uint16).max
        times = np.array([min(self._top[gram], np.iinfo(np.uint16).max) for gram in grams], np.uint16)
        return {"words": np.frombuffer("\n".join(names).encode(), np.uint8), "grams": table, "times": times}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> NGram:
        """What `to_arrays` gave."""
        names = arrays["words"].tobytes().decode().split("\n")
        grams = (tuple(names[i] for i in row) for row in arrays["grams"].tolist())
        return cls(dict(zip(grams, arrays["times"].tolist(), strict=True)))
