"""Whether clips are of one voice: those that sound like somebody else than the others.

In: embeddings of clips. Out: the places of the odd ones. The clip least like all the others together is taken out while
it is less like them than may pass for one voice; of two clips that are left and unlike, nobody knows which is odd.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.answers import Embedding
from allears.decode.embedding import unit

__all__ = ["odd_clips"]


def odd_clips(embeddings: Sequence[Embedding], at_least: float) -> tuple[int, ...]:
    """Places of the clips that are odd, in order.

    Args:
        embeddings: of the clips.
        at_least: similarity of a clip to the others together.
    """
    vectors = np.stack([embedding.vector for embedding in embeddings]) if embeddings else np.zeros((0, 1))
    kept, odd = list(range(len(vectors))), []
    while len(kept) > 1:
        alike = [float(vectors[i] @ unit(vectors[[j for j in kept if j != i]].sum(axis=0))) for i in kept]
        worst = int(np.argmin(alike))
        if alike[worst] >= at_least:
            break
        odd += kept if len(kept) == 2 else [kept[worst]]
        kept = [] if len(kept) == 2 else [i for i in kept if i != kept[worst]]
    return tuple(sorted(odd))
