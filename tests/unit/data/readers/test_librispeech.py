"""LibriSpeech's tree: transcripts meet their files, and what has no partner is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.data.readers import READERS, BadRow, GoodRow


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    chapter = tmp_path / "train-clean-100" / "19" / "198"
    chapter.mkdir(parents=True)
    for name in ("19-198-0000", "19-198-0001", "19-198-0009"):
        (chapter / f"{name}.flac").touch()
    (chapter / "19-198.trans.txt").write_text("19-198-0000 NORTHANGER ABBEY\n19-198-0001 THIS\n19-198-0002 GONE\n")
    other = tmp_path / "test-other" / "7" / "1"
    other.mkdir(parents=True)
    (other / "7-1-0000.flac").touch()
    (other / "7-1.trans.txt").write_text("7-1-0000 LAST\n")
    (tmp_path / "SPEAKERS.TXT").write_text(";ID |SEX| SUBSET |MINUTES| NAME\n19   | F | train-clean-100 | 25 | Kara\n")
    return tmp_path


def test_the_tree_is_read(tree: Path) -> None:
    rows = list(READERS["librispeech"]().rows(tree))
    good = {row.clip.id: row.clip for row in rows if isinstance(row, GoodRow)}
    assert set(good) == {"19-198-0000", "19-198-0001", "7-1-0000"}
    first = good["19-198-0000"]
    assert first.labels == {"text": "NORTHANGER ABBEY", "speaker": "19", "language": "en", "gender": "female"}
    assert first.split == "train" and first.audio.is_file()
    assert good["7-1-0000"].split == "test" and "gender" not in good["7-1-0000"].labels


def test_what_has_no_partner_is_told(tree: Path) -> None:
    bad = [row for row in READERS["librispeech"]().rows(tree) if isinstance(row, BadRow)]
    assert bad[0].where.endswith("19-198.trans.txt:3") and "no audio 19-198-0002" in bad[0].why
    assert bad[1].where.endswith("19-198-0009.flac") and "no line in" in bad[1].why
    assert len(bad) == 2


def test_one_subset_will_do(tree: Path) -> None:
    reader = READERS["librispeech"]()
    subset = tree / "train-clean-100"
    assert reader.fits(subset) and reader.fits(tree)
    clips = [row.clip for row in reader.rows(subset) if isinstance(row, GoodRow)]
    assert [clip.split for clip in clips] == ["train", "train"]
    assert clips[0].labels["gender"] == "female"
