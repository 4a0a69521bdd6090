"""Opening a corpus: found by its looks, or a message that says what is taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from allears.data.open import find_reader, open_clips
from allears.data.readers import READERS


def _touch(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("files", "opened", "reader"),
    [
        (["manifest.jsonl"], ".", "manifest"),
        (["rows.jsonl"], "rows.jsonl", "manifest"),
        (["t.csv"], "t.csv", "csv"),
        (["t.tsv"], "t.tsv", "csv"),
        (["x_cuts.jsonl"], "x_cuts.jsonl", "lhotse"),
        (["cuts_train.jsonl.gz"], "cuts_train.jsonl.gz", "lhotse"),
        (["dev-clean/1/2/1-2.trans.txt"], ".", "librispeech"),
        (["1/2/1-2.trans.txt"], ".", "librispeech"),
        (["train.tsv", "clips/a.mp3"], ".", "common-voice"),
    ],
)
def test_each_layout_is_known_by_its_looks(tmp_path: Path, files: list[str], opened: str, reader: str) -> None:
    for file in files:
        _touch(tmp_path / file)
    assert find_reader(tmp_path / opened) == reader


def test_unknown_and_ambiguous_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing at"):
        find_reader(tmp_path / "gone")
    with pytest.raises(ValueError, match="is no corpus that allears knows") as raised:
        find_reader(tmp_path)
    assert all(name in str(raised.value) for name in READERS)
    _touch(tmp_path / "manifest.jsonl")
    _touch(tmp_path / "train.tsv")
    _touch(tmp_path / "clips/a.mp3")
    with pytest.raises(ValueError, match="common-voice or manifest"):
        find_reader(tmp_path)
    with pytest.raises(ValueError, match=r"unknown reader 'manifst'.*'manifest'"):
        next(open_clips(tmp_path, reader="manifst"))


def test_clips_of_one_split_and_the_first_bad_row(tmp_path: Path) -> None:
    good = '{"id": "%s", "audio": "a.wav", "split": "%s"}\n'
    _touch(tmp_path / "m.jsonl", good % ("a", "train") + good % ("b", "dev") + "oops\n")
    clips = open_clips(tmp_path / "m.jsonl", split="dev")
    assert next(clips).id == "b"
    with pytest.raises(ValueError, match=r"m\.jsonl:3: .*allears data check"):
        next(clips)


def test_reading_and_checking_never_import_torch() -> None:
    code = (
        "import sys; import allears.data.check, allears.data.open, allears.data.augment, allears.data.compose\n"
        "import allears.data.sampler, allears.cli.data; from allears.data.readers import READERS; list(READERS)\n"
        "assert not {'torch', 'lhotse'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
