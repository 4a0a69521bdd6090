"""Which command it was, and how sure that is.

In: sentences that may have been said, each with its readings and a log-score, and the score that sound reaches when it
may spell anything. Out: a `Command`.

    confidence = exp((log p(best sentence) - log p(anything)) / letters) * p(its meaning among those found)

The first factor is 1 where the sound is the sentence, and falls with every letter that does not fit: it rejects what
is not in the grammar (a score against a free "filler" path, as in keyword spotting: Rose and Paul 1990). The second is
low where another meaning fits nearly as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from allears.commands.answer import Command
from allears.commands.matching import Reading

__all__ = ["MAX_ALTERNATIVES", "THRESHOLD", "Candidate", "combine", "decide"]

THRESHOLD = 0.5
MAX_ALTERNATIVES = 4


@dataclass(frozen=True)
class Candidate:
    """A sentence that may have been said: its words, what they mean, its log-probability."""

    text: str
    reading: Reading
    logprob: float


def decide(candidates: Sequence[Candidate], free_logprob: float, threshold: float, *, sureness: float = 1.0) -> Command:
    """The likeliest meaning.

    Args:
        candidates: in any order; several may mean the same.
        free_logprob: what the sound reaches without a grammar.
        threshold: confidence from which a command is accepted.
        sureness: of the words themselves, multiplies the confidence; 1 for sound.
    """
    best: dict[object, Candidate] = {}
    for candidate in sorted(candidates, key=_score, reverse=True):
        best.setdefault(candidate.reading.meaning, candidate)
    if not best:
        return Command(None)
    top = _score(next(iter(best.values())))
    total = sum(math.exp(_score(candidate) - top) for candidate in best.values())
    commands = []
    for candidate in list(best.values())[: MAX_ALTERNATIVES + 1]:
        fit = math.exp(min(0.0, candidate.logprob - free_logprob) / max(1, len(candidate.text)))
        confidence = sureness * fit * math.exp(_score(candidate) - top) / total
        commands.append(_command(candidate, confidence, threshold))
    return replace(commands[0], alternatives=tuple(replace(other, is_accepted=False) for other in commands[1:]))


def combine(sound: Command, text: Command, threshold: float) -> Command:
    """What sound and transcript say together: surer where they agree, the surer one where they do not."""
    if (sound.intent, sound.values) == (text.intent, text.values):
        confidence = 1 - (1 - sound.confidence) * (1 - text.confidence)
        return replace(sound, confidence=confidence, is_accepted=sound.intent is not None and confidence >= threshold)
    first, second = (sound, text) if sound.confidence >= text.confidence else (text, sound)
    if second.intent is None:
        return first
    other = replace(second, alternatives=(), is_accepted=False)
    rest = (o for o in first.alternatives if (o.intent, o.values) != (other.intent, other.values))
    return replace(first, alternatives=(other, *rest)[:MAX_ALTERNATIVES])


def _score(candidate: Candidate) -> float:
    return candidate.logprob + candidate.reading.log_weight


def _command(candidate: Candidate, confidence: float, threshold: float) -> Command:
    reading = candidate.reading
    return Command(reading.block.intent, reading.slots, confidence, candidate.text, confidence >= threshold)
