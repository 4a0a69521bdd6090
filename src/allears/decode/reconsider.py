"""A second look at a text that the decoder was not sure of, or that bears the signs of a decoder that lost the audio.

In: what was written, the decoder, what a CTC head spelt (if there is one). Out: the same, or a better text. The
candidates are those of a small beam, where the decoder was not sure (`beam.py`); and where the text is suspicious
(`joint.py`), the text without its loop, CTC's, and CTC's from the loop on. Attention and CTC choose together.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allears.decode.beam import Search
from allears.decode.draft import as_sentence
from allears.decode.greedy import Greedy
from allears.decode.guards import MAX_TOKENS
from allears.decode.joint import best_text, can_judge, first_loop, why_suspicious
from allears.decode.reader import Reader
from allears.decode.spelled import Spelled

__all__ = ["Doubt", "reconsider", "sure_tokens"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Doubt:
    """When and how a text is looked at again.

    Attributes:
        ctc_weight: CTC's share where texts are compared, 0 to 1.
        below: mean log-probability of the tokens under which other texts are searched.
        search: how widely; of width 0: not at all.
    """

    ctc_weight: float
    below: float
    search: Search


def reconsider(greedy: Greedy, reader: Reader, spelled: Spelled | None, doubt: Doubt, *, keep: bool = False) -> Greedy:
    """The text, or a better one.

    Args:
        greedy: what was written.
        reader: the decoder on its window.
        spelled: what a CTC head spelt of it; None without one.
        doubt: when and how.
        keep: also what the decoder thought of each token of a text it found (`greedy.Seen`).
    """
    text = reader.text(greedy)
    why = None if spelled is None else why_suspicious(greedy, text, spelled)
    sure = sure_tokens(greedy, doubt)
    if why is None and sure is None:
        return greedy
    texts = [greedy] if spelled is None or why is None else reader.read(_others(greedy, reader, spelled))
    num_passes = greedy.num_passes + (0 if why is None else len(texts) + 1)
    if sure is not None:
        found = [one for one in reader.search(sure, doubt.search, keep=keep) if not one.is_cut]
        num_passes += found[0].num_passes if found else 0
        texts += [one for one in found if one.tokens != greedy.tokens]
    judge = spelled if spelled is not None and can_judge(text, spelled) else None
    best = best_text([(one, reader.text(one)) for one in texts], judge, doubt.ctc_weight)
    log.debug("looked at %r again, %s: text %d of %d is taken", text, why or "it is unsure", best + 1, len(texts))
    return replace(texts[best] if best else greedy, num_passes=num_passes)


def sure_tokens(greedy: Greedy, doubt: Doubt) -> Sequence[int] | None:
    """The tokens before the first one that another came near to; None where the text as a whole is sure."""
    if not doubt.search.width or not greedy.tokens or float(np.mean(greedy.logprobs)) >= doubt.below:
        return None
    near = (place for place, margin in enumerate(greedy.margins) if margin < doubt.search.reach)
    place = next(near, None)
    return None if place is None else greedy.tokens[:place]


def _others(greedy: Greedy, reader: Reader, spelled: Spelled) -> list[Sequence[int]]:
    """The text, and what else it may be."""
    draft = reader.draft(spelled.text)
    start = first_loop(greedy.tokens) or greedy.tokens
    others = [start, [*start, *draft.rest(start)], reader.encode(as_sentence(spelled.text, reader.language))]
    return [greedy.tokens, *(tokens[:MAX_TOKENS] for tokens in others if tokens != greedy.tokens)]
