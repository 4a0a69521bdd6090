"""Reads files that say who speaks when (RTTM).

In: lines `SPEAKER file 1 onset duration <NA> <NA> name <NA> <NA>`, seconds; others are left alone. Out: stretches. The
other way round: `allears/formats/rttm.py`, which also names the source.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["read_rttm"]


def read_rttm(path: str | Path) -> tuple[tuple[float, float, str], ...]:
    """Start and end, seconds, and who speaks, in the order of the file.

    Raises:
        ValueError: a line of a speaker without its times or name.
        OSError: no such file.
    """
    found = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        try:
            start_s, length_s, who = float(fields[3]), float(fields[4]), fields[7]
        except (IndexError, ValueError) as error:
            raise ValueError(
                f"{path}:{number}: {line!r} is no line of an RTTM file: SPEAKER, file, channel, onset, duration, "
                "<NA>, <NA>, name"
            ) from error
        found.append((start_s, start_s + length_s, who))
    return tuple(found)
