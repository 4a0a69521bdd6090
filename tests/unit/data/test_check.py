"""`check` on a corpus with every fault there is: each is found, at its line, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from allears.audio import SAMPLE_RATE
from allears.data.check import check
from allears.data.findings import Level, Report


def _write(folder: Path, name: str, audio: np.ndarray, *, subtype: str = "PCM_16") -> str:
    if subtype == "PCM_16":  # by hand: each format rounds in its own way
        audio = np.round(audio * 32767).astype(np.int16)
    soundfile.write(folder / name, audio, SAMPLE_RATE, subtype=subtype)
    return name


def _noise(seed: int, seconds: float = 0.5) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, round(seconds * SAMPLE_RATE))


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, dict[int, set[str]]]:
    """A manifest and the kinds of fault expected at each line."""
    broken = np.concatenate([_noise(5), [np.nan], _noise(6)])
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("this is not audio at all, it is a text somebody renamed")
    rows: list[tuple[Any, set[str]]] = [
        ({"audio": _write(tmp_path, "a.wav", _noise(0)), "split": "train", "speaker": "p"}, set()),
        ({"audio": _write(tmp_path, "b.wav", _noise(1)), "split": "dev", "speaker": "p"}, {"speaker-leak"}),
        ({"audio": _write(tmp_path, "a2.flac", _noise(0)), "split": "dev", "speaker": "q"}, {"audio-leak"}),
        ({"audio": _write(tmp_path, "a3.wav", _noise(0)), "split": "train"}, {"same-audio"}),
        ("{broken", {"bad-row"}),
        ({"audio": "gone.wav"}, {"missing-file"}),
        ({"audio": "empty.wav"}, {"empty-audio"}),
        ({"audio": "text.wav"}, {"unreadable-audio"}),
        ({"audio": _write(tmp_path, "none.wav", np.zeros(0))}, {"empty-audio"}),
        ({"audio": _write(tmp_path, "nan.wav", broken, subtype="FLOAT")}, {"nan-audio"}),
        ({"audio": _write(tmp_path, "still.wav", np.zeros(8000))}, {"silent-audio"}),
        ({"audio": _write(tmp_path, "loud.wav", np.clip(_noise(7) * 4, -1, 1))}, {"clipped-audio"}),
        ({"audio": _write(tmp_path, "long.wav", _noise(8)), "duration_s": 3.0}, {"wrong-duration"}),
        ({"audio": "b.wav", "id": "row0", "start_s": 0.1, "duration_s": 0.2, "split": "dev"}, {"duplicate-id"}),
        ({"audio": "b.wav", "start_s": 9.0, "duration_s": 1.0}, {"empty-audio"}),
        ({"audio": _write(tmp_path, "c.wav", _noise(9)), "score": float("nan")}, {"nan-label"}),
        ({"audio": _write(tmp_path, "d.wav", _noise(10)), "rttm": "gone.rttm"}, {"missing-file"}),
    ]  # fmt: skip
    lines = [row if isinstance(row, str) else json.dumps({"id": f"row{i}", **row}) for i, (row, _) in enumerate(rows)]
    path = tmp_path / "manifest.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path, {number: kinds for number, (_, kinds) in enumerate(rows, start=1) if kinds}


def _by_line(report: Report, path: Path) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for finding in report.findings:
        name, _, line = finding.where.rpartition(":")
        if name == str(path):
            found.setdefault(int(line), set()).add(finding.kind)
    return found


def test_every_fault_is_found_where_it_is(corpus: tuple[Path, dict[int, set[str]]]) -> None:
    path, expected = corpus
    assert _by_line(check([path]), path) == expected


def test_a_quick_look_finds_what_needs_no_listening(corpus: tuple[Path, dict[int, set[str]]]) -> None:
    path, expected = corpus
    unheard = {"audio-leak", "same-audio", "silent-audio", "clipped-audio", "nan-audio"}
    found = _by_line(check([path], is_quick=True), path)
    assert found == {line: kinds for line, kinds in expected.items() if not kinds & unheard}


def test_the_number_of_threads_changes_nothing(corpus: tuple[Path, dict[int, set[str]]]) -> None:
    assert check([corpus[0]], num_threads=1) == check([corpus[0]], num_threads=4)


def test_levels(corpus: tuple[Path, dict[int, set[str]]]) -> None:
    report = check([corpus[0]])
    warnings = {finding.kind for finding in report.findings if finding.level is Level.WARNING}
    assert warnings == {
        "speaker-leak", "same-audio", "silent-audio", "clipped-audio", "wrong-duration",
    }  # fmt: skip
    assert report.count(Level.ERROR) == 11


def test_counts(tmp_path: Path) -> None:
    rows = [("train", {"text": "x", "age": 3}), ("train", {"text": "y"}), ("dev", {"age": "old"}), (None, {})]
    with open(tmp_path / "m.jsonl", "w") as file:
        for i, (split, labels) in enumerate(rows):
            audio = _write(tmp_path, f"{i}.wav", _noise(i, seconds=0.9))
            file.write(json.dumps({"id": str(i), "audio": audio, "split": split, **labels}) + "\n")
    seen: list[tuple[int, int]] = []
    report = check([tmp_path / "m.jsonl"], on_progress=lambda done, total: seen.append((done, total)))
    (corpus,) = report.corpora
    assert corpus.reader == "manifest"
    assert corpus.clips == {"train": 2, "dev": 1, "-": 1}
    assert corpus.hours == pytest.approx({"train": 1.8 / 3600, "dev": 0.9 / 3600, "-": 0.9 / 3600})
    assert corpus.labels == {"text": {"train": 2}, "age": {"train": 1, "dev": 1}}
    assert corpus.values == {"text": 2, "age": 2}
    assert [finding.kind for finding in report.findings] == ["mixed-types"]
    assert seen == [(4, 4)]


def test_a_label_that_never_differs_and_an_empty_manifest_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    rows = [{"id": str(i), "audio": _write(tmp_path, f"{i}.wav", _noise(i)), "language": "en"} for i in range(3)]
    (tmp_path / "m.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    report = check([tmp_path / "empty.jsonl", tmp_path / "m.jsonl"])
    assert [(finding.kind, finding.level) for finding in report.findings] == [
        ("no-clips", Level.WARNING),
        ("single-value", Level.WARNING),
    ]


def test_speakers_are_compared_across_paths_within_one_source(tmp_path: Path) -> None:
    for name, split, source in (("a", "train", "X"), ("b", "test", "X"), ("c", "test", "Y")):
        audio = _write(tmp_path, f"{name}.wav", _noise(ord(name)))
        row = {"id": "1", "audio": audio, "split": split, "speaker": "7", "source": source}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row))
    kinds = [f.kind for f in check([tmp_path / f"{n}.jsonl" for n in "abc"]).findings]
    assert kinds == ["speaker-leak"]
