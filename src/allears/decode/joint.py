"""Which text is it: attention and CTC judge together, where the text decoder seems to have lost the audio.

In: what the decoder wrote, what the CTC head spelt, other candidates. Out: the best of them.
Source: Watanabe et al. 2017, "Hybrid CTC/Attention Architecture"; Hori et al. 2017, section 3.2:
    score = (1 - w) ln p_att(text | audio) + w ln p_ctc(text | audio)
Ours differs: it is no beam search, the candidates are whole texts; the first term is a mean over the candidate's
tokens, the second is divided by the length of what CTC itself spelt, the same for all candidates. Attention alone likes
short texts and loops; CTC has every frame explained once, so it likes neither.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.greedy import Greedy
from allears.decode.guards import compression_ratio, cut_loop
from allears.decode.spelled import Spelled
from allears.texts import plain_words

__all__ = ["GUESSING", "REPEATING", "best_text", "can_judge", "first_loop", "why_suspicious"]

GUESSING = -1.0  # Whisper's own threshold of the mean log-probability of the tokens
REPEATING = 2.4  # Whisper's own threshold of the compression ratio
_OTHER_LENGTH = 0.3  # of the longer text: spelling and numbers differ, but not by that much
_OTHER_LETTERS = 8  # nor by that many letters in a short text
_SPELT = 0.8  # share of words the head must have the letters of to have a say


def can_judge(text: str, spelled: Spelled) -> bool:
    """Whether the head has the letters of nearly all words."""
    return spelled.part_spelt(text) >= _SPELT


def why_suspicious(greedy: Greedy, text: str, spelled: Spelled) -> str | None:
    """Why a text should be judged again; None if nothing is wrong with it, or the head cannot tell."""
    if not can_judge(text, spelled):
        return None
    if greedy.is_cut:
        return "it ended in a loop"
    if greedy.num_held:
        return "its end was refused"
    if float(np.mean(greedy.logprobs)) < GUESSING:
        return "the decoder guessed"
    if compression_ratio(text) > REPEATING:
        return "it repeats itself"
    lengths = len(plain_words(text)), len(spelled.text)
    if max(lengths) - min(lengths) > max(_OTHER_LETTERS, _OTHER_LENGTH * max(lengths)):
        return f"it has {lengths[0]} letters, the CTC head heard {lengths[1]}"
    return None


def first_loop(tokens: Sequence[int]) -> list[int] | None:
    """The tokens up to the end of the first round of the first loop, whether or not the attention moved on."""
    for count in range(1, len(tokens) + 1):
        kept = cut_loop(tokens[:count])
        if kept < count:
            return list(tokens[:kept])
    return None


def best_text(candidates: Sequence[tuple[Greedy, str]], spelled: Spelled | None, weight: float) -> int:
    """Which candidate (as the decoder judges it, its text) scores best with CTC's `weight`; the first wins ties.

    Without a head that can judge (`spelled` is None), the decoder judges alone.
    """
    scores = [float(np.mean(read.logprobs)) for read, _ in candidates]
    if spelled is not None and weight:
        length = max(1, len(spelled.text))
        likely = [spelled.log_likelihood(text) / length for _, text in candidates]
        scores = [(1 - weight) * own + weight * other for own, other in zip(scores, likely, strict=True)]
    return int(np.argmax(scores))
