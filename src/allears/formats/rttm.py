"""RTTM, who spoke when: one line a stretch, `SPEAKER file 1 onset duration <NA> <NA> name <NA> <NA>`.

Source: NIST, "The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan", appendix A. Times are seconds
with 3 decimals. Fields are separated by white space, so that in names and files it becomes `_`.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["rttm"]


def rttm(file: str, stretches: Iterable[tuple[float, float, str]]) -> str:
    """The text of an RTTM file.

    Args:
        file: name of the recording, without folder and suffix.
        stretches: start and end, seconds, and who speaks.
    """
    lines = (
        f"SPEAKER {_field(file)} 1 {start:.3f} {end - start:.3f} <NA> <NA> {_field(name)} <NA> <NA>\n"
        for start, end, name in stretches
    )
    return "".join(lines)


def _field(text: str) -> str:
    return "_".join(text.split()) or "<NA>"
