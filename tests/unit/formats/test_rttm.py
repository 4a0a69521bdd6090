from __future__ import annotations

from allears.formats.rttm import rttm


def test_a_line_a_stretch_with_onset_and_duration() -> None:
    assert rttm("my talk", [(1.0, 2.5, "Ann Lee")]) == "SPEAKER my_talk 1 1.000 1.500 <NA> <NA> Ann_Lee <NA> <NA>\n"


def test_nobody_is_an_empty_file() -> None:
    assert rttm("a", []) == ""
