"""Values of SSML's attributes: lengths of a pause, rates, pitches.

In: an attribute's text. Out: a number; an error that says what is allowed. Words are those of SSML 1.1 (W3C 2010); what
they are worth it leaves open, ours is below.
"""

from __future__ import annotations

import math
import re

__all__ = ["pause_s", "pitch_of", "rate_of"]

_MAX_PAUSE_S = 10.0
_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.75, "x-strong": 1.0}  # seconds
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.5}
_PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}  # semitones
_TIME = re.compile(r"\+?(\d+(?:\.\d+)?|\.\d+)(ms|s)")
_PERCENT = re.compile(r"([+-]?)(\d+(?:\.\d+)?)%")
_SEMITONES = re.compile(r"([+-]\d+(?:\.\d+)?)st")


def pause_s(time: str | None, strength: str | None) -> float:
    """Seconds of a break; `time` counts, then `strength`, a medium one without either.

    Raises:
        ValueError: neither can be read, or more than 10 s.
    """
    if time is None:
        if (strength or "medium") not in _STRENGTHS:
            raise ValueError(f'strength="{strength}" is not known: there are {", ".join(_STRENGTHS)}')
        return _STRENGTHS[strength or "medium"]
    found = _TIME.fullmatch(time.strip())
    seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else -1.0
    if not 0 <= seconds <= _MAX_PAUSE_S:
        raise ValueError(f'time="{time}" cannot be used: give 0 to {_MAX_PAUSE_S:g} s, such as "500ms" or "1.5s"')
    return seconds


def rate_of(text: str) -> float:
    """A factor: `slow`, `80%` (of the usual speed), `+10%`, `1.2`.

    Raises:
        ValueError: it is none, or not in 0.5 to 2.
    """
    found, factor = _PERCENT.fullmatch(text.strip()), _RATES.get(text.strip())
    if found is not None:
        part = float(found[2]) / 100
        factor = {"+": 1 + part, "-": 1 - part}.get(found[1], part)
    elif factor is None and re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        factor = float(text)
    if factor is None or not 0.5 <= factor <= 2:
        raise ValueError(f'rate="{text}" cannot be used: give 50% to 200%, or one of {", ".join(_RATES)}')
    return factor


def pitch_of(text: str) -> float:
    """Semitones: `high`, `+2st`, `-10%` (of the frequency: 12 log2(0.9)).

    Raises:
        ValueError: it is none, or not in -12 to 12.
    """
    semitones, percent = _SEMITONES.fullmatch(text.strip()), _PERCENT.fullmatch(text.strip())
    value = _PITCHES.get(text.strip())
    if semitones is not None:
        value = float(semitones[1])
    elif percent is not None and percent[1]:
        change = 1 + float(percent[1] + percent[2]) / 100
        value = 12 * math.log2(change) if change > 0 else None
    if value is None or not -12 <= value <= 12:
        raise ValueError(
            f'pitch="{text}" cannot be used: give -12st to +12st, -50% to +100%, or one of {", ".join(_PITCHES)}'
        )
    return value
