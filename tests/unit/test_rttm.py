from __future__ import annotations

from pathlib import Path

import pytest

from allears.formats.rttm import rttm
from allears.rttm import read_rttm


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    stretches = ((0.5, 2.25, "Ann"), (2.0, 3.0, "Bob"))
    path.write_text(";; a comment\nSPKR-INFO a 1 <NA>\n\n" + rttm("a", stretches), encoding="utf-8")
    assert read_rttm(path) == stretches


@pytest.mark.parametrize("line", ["SPEAKER a 1 0.5", "SPEAKER a 1 now 2.0 <NA> <NA> Ann <NA> <NA>"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.rttm"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.rttm:2: .* is no line of an RTTM file"):
        read_rttm(path)
