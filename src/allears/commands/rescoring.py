"""The sentences that fit the sound best, judged by the text decoder as well.

In: sentences with the log-probability that a CTC head gives them, and a judge. Out: the same with that of both.
Source: Watanabe et al. 2017, "Hybrid CTC/Attention Architecture", section III.C:
    score = (1 - w) ln p_att(sentence | audio) + w ln p_ctc(sentence | audio)
Ours differs: no beam search of the decoder, but whole sentences of the grammar, the best few of the CTC head; what they
are held against is what the decoder writes without a grammar and what the head spells without one.

The decoder was taught texts with capitals, a full stop and digits. So a sentence is judged in the two ways it may be
written, numbers as words and as digits, and the likelier one counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from allears.commands.deciding import Candidate
from allears.commands.judge import ATTENTION, Judge
from allears.commands.wording import as_said
from allears.decode.draft import as_sentence

__all__ = ["rescore", "writings"]

_MOST = 4  # sentences that are judged; each costs a pass or two


def rescore(
    candidates: Sequence[Candidate], free_logprob: float, judge: Judge, language: str, attention: float = ATTENTION
) -> tuple[list[Candidate], float]:
    """The best candidates and what nothing but the sound would reach, both as the head and the judge find them.

    Args:
        candidates: with the log-probability of the CTC head.
        free_logprob: of the CTC head without a grammar.
        judge: what else is asked.
        language: tag of the sentences.
        attention: the judge's share, 0 to 1.
    """
    ranked = sorted(candidates, key=lambda c: -(c.logprob + c.reading.log_weight))
    texts = list(dict.fromkeys(c.text for c in ranked))[:_MOST]
    kept = [c for c in ranked if c.text in texts]
    forms = {form: c.text for c in kept for form in writings(c, language)}
    free, *scores = judge.score([judge.text, *forms])
    judged = {as_said(judge.text, language): free} if judge.text else {}
    for text, score in zip(forms.values(), scores, strict=True):
        judged[text] = max(score, judged.get(text, -math.inf))
    mixed = [replace(c, logprob=attention * judged[c.text] + (1 - attention) * c.logprob) for c in kept]
    return mixed, attention * max(judged.values(), default=free) + (1 - attention) * free_logprob


def writings(candidate: Candidate, language: str) -> list[str]:
    """How the decoder may write a candidate: numbers as words; numbers as digits, if there are any."""
    written, slots = candidate.text, candidate.reading.slots
    for name, (first, stop) in sorted(candidate.reading.spans.items(), key=lambda item: -item[1][0]):
        value = slots[name].value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            written = f"{written[:first]}{value:g}{written[stop:]}"
    if written != candidate.text and language[:2].lower() == "en":
        written = written.replace(" percent", "%")
    return [as_sentence(text, language).strip() for text in dict.fromkeys([candidate.text, written])]
