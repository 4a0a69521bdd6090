"""The numbers of the keyword benchmark, and the line that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from common.cache import Cache
from common.keyword_sounds import Sound
from keyword_background import line_of
from keywords import _heard, _highest

from allears.keywords import Keyword, Keywords, Tail
from tests.unit.keywords.conftest import TableParts, audio_of, spec
from tests.unit.keywords.test_spotter import AROUND, TEMPLATE, WORD


def test_a_sound_is_heard_once_and_its_peaks_are_kept(tmp_path: Path) -> None:
    loaded: list[int] = []

    def load() -> np.ndarray:
        loaded.append(1)
        return audio_of(*AROUND, *WORD, *AROUND)

    sets = [Keywords([Keyword("word", "table 1", (), (TEMPLATE,), 1)], spec())]
    sound = Sound("a/1", "word", load)
    cache = Cache(tmp_path, "scores")
    length_s, first = _heard(sound, cache, sets, TableParts())
    cache.save()
    assert length_s == pytest.approx(0.64)
    assert max(first["word", 0, "examples"]) == pytest.approx(1.0, abs=1e-3)
    assert _heard(sound, Cache(tmp_path, "scores"), sets, TableParts()) == (length_s, first)
    assert len(loaded) == 1


def test_the_highest_peaks_come_first() -> None:
    assert _highest([(0, 1, 0.2), (2, 3, 0.9), (4, 5, 0.5)], 2) == [0.9, 0.5]


def test_the_line_lies_a_spread_above_the_keywords() -> None:
    sizes, off = (10, 20, 40, 80), (0.01, -0.01, -0.01, 0.01)
    tails = [(n, Tail(0.9 - 0.05 * float(np.log(n)) + d, 0.02, 3.0)) for n, d in zip(sizes, off, strict=True)]
    line = line_of(tails, "m 1")
    assert line["score"][1] == pytest.approx(-0.05, abs=1e-3)
    assert line["spread"] == pytest.approx(0.02 / np.sqrt(2), abs=1e-3)
    assert line["score"][0] == pytest.approx(0.9 + line["spread"], abs=1e-3)
