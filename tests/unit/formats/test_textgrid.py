"""Praat's TextGrid."""

from __future__ import annotations

import itertools
import re

import pytest

from allears.decode import LabelledSpan, Segment, Timeline, Word
from allears.formats import FORMATS


def _tiers(text: str) -> dict[str, list[tuple[float, float, str]]]:
    """A reader of its own, as Praat reads: numbers and quoted texts in order, everything else is a comment."""
    values = re.findall(r'"(?:[^"]|"")*"|(?<=[= ])-?\d+(?:\.\d+)?(?=\s|$)', text.split("item []:")[1])
    plain = [v[1:-1].replace('""', '"') if v.startswith('"') else float(v) for v in values]
    tiers: dict[str, list[tuple[float, float, str]]] = {}
    at = 0
    while at < len(plain):
        kind, name, low, high, size = plain[at : at + 5]
        assert kind == "IntervalTier"
        at += 5
        rows = [tuple(plain[at + 3 * i : at + 3 * i + 3]) for i in range(int(size))]
        assert rows[0][0] == low
        assert rows[-1][1] == high
        tiers[name] = rows
        at += 3 * int(size)
    return tiers


def test_words_and_what_is_between_them(make_result, make_segment) -> None:
    text = FORMATS["textgrid"]().write(make_result(make_segment('Say "hi" now.', 1.0)))
    assert text.startswith('File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 10\n')
    assert _tiers(text)["words"] == [
        (0, 1.0, ""), (1.0, 1.4, "Say"), (1.4, 1.5, ""), (1.5, 1.9, '"hi"'), (1.9, 2.0, ""), (2.0, 2.4, "now."),
        (2.4, 10.0, ""),
    ]  # fmt: skip


def test_a_tier_for_each_timeline(make_result, make_segment) -> None:
    result = make_result(make_segment("Hi."))
    phones = Timeline((LabelledSpan("HH", 0.0, 0.1, 0.9), LabelledSpan("AY", 0.1, 0.4, 0.9)))
    tiers = _tiers(FORMATS["textgrid"]().write(make_result(answers={**result.answers, "phones": phones})))
    assert list(tiers) == ["words", "phones"]
    assert tiers["phones"] == [(0, 0.1, "HH"), (0.1, 0.4, "AY"), (0.4, 10.0, "")]


def test_intervals_never_overlap_and_leave_nothing_out(nasty) -> None:
    for rows in _tiers(FORMATS["textgrid"]().write(nasty)).values():
        assert all(a[1] == b[0] for a, b in itertools.pairwise(rows))
        assert all(start < end for start, end, _ in rows)


def test_words_that_overlap_follow_each_other(make_result) -> None:
    words = (Word("a", 1.0, 2.0, 1.0), Word("b", 1.5, 2.5, 1.0), Word("c", 2.1, 2.2, 1.0))
    result = make_result(Segment(1.0, 2.5, "a b c", words))
    rows = [row for row in _tiers(FORMATS["textgrid"]().write(result))["words"] if row[2]]
    assert rows == [(1.0, 2.0, "a"), (2.0, 2.5, "b")]


def test_it_is_read_by_praatio(nasty, tmp_path) -> None:
    textgrid = pytest.importorskip("praatio.textgrid", reason="praatio is not installed")
    path = tmp_path / "a.TextGrid"
    path.write_text(FORMATS["textgrid"]().write(nasty), encoding="utf-8")
    read = textgrid.openTextgrid(path, includeEmptyIntervals=False, reportingMode="error")
    ours = {name: [row for row in rows if row[2]] for name, rows in _tiers(path.read_text(encoding="utf-8")).items()}
    assert {name: [tuple(row) for row in read.getTier(name).entries] for name in read.tierNames} == ours
