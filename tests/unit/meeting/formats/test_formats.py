"""What the files of minutes say; other people's readers read them where they are installed."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.json_ import as_json, read_minutes
from allears.meeting.minutes import Minutes
from tests.unit.meeting.made import minutes


def _written(name: str, what: Minutes | None = None) -> str:
    return MINUTES_FORMATS[name]().write(minutes() if what is None else what)


def test_all_are_there() -> None:
    assert list(MINUTES_FORMATS) == ["audacity", "json", "md", "rttm", "srt", "textgrid", "vtt"]


@pytest.mark.parametrize("name", list(MINUTES_FORMATS))
def test_a_meeting_in_which_nobody_speaks_can_be_written(name: str) -> None:
    text = _written(name, Minutes("a.wav", 3.0, (), (), ()))
    assert text == "" or text.endswith("\n")


def test_rttm() -> None:
    assert _written("rttm") == (
        "SPEAKER monday 1 0.500 2.000 <NA> <NA> Ann_Lee <NA> <NA>\n"
        "SPEAKER monday 1 2.200 0.600 <NA> <NA> Speaker_2 <NA> <NA>\n"
    )


def test_rttm_is_read_by_pyannote(tmp_path: Path) -> None:
    util = pytest.importorskip("pyannote.database.util", reason="pyannote.database is not installed")
    path = tmp_path / "monday.rttm"
    path.write_text(_written("rttm"))
    found = util.load_rttm(path)["monday"]
    assert found.labels() == ["Ann_Lee", "Speaker_2"]
    assert found.label_duration("Ann_Lee") == pytest.approx(2.0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the library's own
def test_rttm_is_scored_by_pyannote(tmp_path: Path) -> None:
    """What was found is no error against itself; half a second of 2.3 given to the other speaker is."""
    util = pytest.importorskip("pyannote.database.util", reason="pyannote.database is not installed")
    scores = pytest.importorskip("pyannote.metrics.diarization", reason="pyannote.metrics is not installed")
    core = pytest.importorskip("pyannote.core")
    what = minutes()
    found = []
    for name, middle in (("true", 2.0), ("late", 1.5)):
        spoken = (replace(what.spoken[0], end_s=middle), replace(what.spoken[1], start_s=middle))
        path = tmp_path / f"{name}.rttm"
        path.write_text(_written("rttm", replace(what, spoken=spoken)))
        found.append(util.load_rttm(path)["monday"])
    true, late = found
    whole = core.Timeline([core.Segment(0, what.duration_s)])
    rate = scores.DiarizationErrorRate()
    assert rate(true, true, uem=whole) == 0
    assert rate(true, late, uem=whole) == pytest.approx(0.5 / 2.3)


def test_audacity() -> None:
    assert _written("audacity") == (
        "0.500000\t2.500000\tAnn Lee: Hello <all> -->\n2.200000\t2.800000\tSpeaker 2: Yes.\n"
    )


def test_srt() -> None:
    assert _written("srt") == (
        "1\n00:00:00,500 --> 00:00:02,500\n[Ann Lee]: Hello <all> ->\n\n"
        "2\n00:00:02,200 --> 00:00:02,800\n[Speaker 2]: Yes.\n"
    )


def test_srt_is_read_by_pysubs2() -> None:
    pysubs2 = pytest.importorskip("pysubs2", reason="pysubs2 is not installed")
    events = pysubs2.SSAFile.from_string(_written("srt"), format_="srt").events
    assert [(one.start, one.end) for one in events] == [(500, 2500), (2200, 2800)]
    assert [one.plaintext.partition(":")[0] for one in events] == ["[Ann Lee]", "[Speaker 2]"]


def test_vtt_has_voices() -> None:
    assert "<v Ann Lee>Hello &lt;all&gt; --&gt;</v>" in _written("vtt")


def test_vtt_is_read_by_webvtt() -> None:
    webvtt = pytest.importorskip("webvtt", reason="webvtt-py is not installed")
    found = list(webvtt.from_buffer(StringIO(_written("vtt"))))
    assert [caption.voice for caption in found] == ["Ann Lee", "Speaker 2"]


def test_textgrid_has_a_tier_a_speaker() -> None:
    text = _written("textgrid")
    assert [f'name = "{name}"' in text for name in ("words", "Ann Lee", "Speaker 2")] == [True] * 3
    assert 'text = "Yes."' in text


def test_textgrid_is_read_by_praatio(tmp_path: Path) -> None:
    textgrid = pytest.importorskip("praatio.textgrid", reason="praatio is not installed")
    path = tmp_path / "monday.TextGrid"
    path.write_text(_written("textgrid"))
    read = textgrid.openTextgrid(path, includeEmptyIntervals=False, reportingMode="error")
    assert read.tierNames == ("words", "Ann Lee", "Speaker 2")
    assert (read.minTimestamp, read.maxTimestamp) == (0, 12.5)
    assert [tuple(entry) for entry in read.getTier("Speaker 2").entries] == [(2.2, 2.8, "Yes.")]
    assert [label for _, _, label in read.getTier("words").entries] == ["Hello", "<all>", "-->", "Yes."]


def test_markdown_reads_as_it_was_said() -> None:
    text = _written("md")
    assert "- **Speaker 2** (perhaps Bob): 00:00:00" in text
    assert "[00:00:00] **Ann Lee** *(happiness, with others)*: Hello \\<all\\> --\\>" in text


def test_json_comes_back_whole() -> None:
    before = minutes()
    after = read_minutes(_written("json"), "a.json")
    assert as_json(after) == as_json(before)
    assert after.turns == before.turns
    assert np.allclose(after.speakers[0].voice.vector, before.speakers[0].voice.vector, atol=1e-6)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"speakers": 3}'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="holds no minutes"):
        read_minutes(text, "a.json")


def test_a_speaker_may_be_called_like_a_tier() -> None:
    what = minutes().renamed("S2", "words")
    assert _written("textgrid", what).count('name = "words"') == 1
    assert _written("textgrid", replace(what, turns=())).count("IntervalTier") == 3
