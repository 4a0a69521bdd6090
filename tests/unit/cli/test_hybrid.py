"""`allears hybrid` and `allears align --hybrid`, on words that are tones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.cli.app import main

pytest.importorskip("hmmlearn")
pytest.importorskip("sklearn")

Capture = pytest.CaptureFixture[str]
HZ = {"l": 300.0, "m": 900.0, "h": 2500.0}
WORDS = {"lo": "lm", "hi": "hl", "me": "mh"}


def _said(words: list[str], rng: np.random.Generator) -> np.ndarray:
    time = np.arange(1_920) / 16_000
    tones = [np.zeros(1_600), *(np.sin(2 * np.pi * HZ[part] * time) for word in words for part in WORDS[word])]
    clean = np.concatenate([*tones, np.zeros(1_600)])
    return (0.2 * clean + rng.normal(0, 0.01, len(clean))).astype(np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    rng, rows = np.random.default_rng(0), []
    for number in range(18):
        word = list(WORDS)[number % 3]
        said = [word] if number < 12 else [word, list(WORDS)[(number + 1) % 3]]
        soundfile.write(folder / f"{number}.wav", _said(said, rng), 16_000)
        row = {"id": str(number), "audio": f"{number}.wav", "split": "train", "text": " ".join(said)}
        rows.append(row | ({"keyword": word} if len(said) == 1 else {}))
    (folder / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "said.wav").write_bytes((folder / "13.wav").read_bytes())
    entries = (f"{word}  {' '.join(phones)}\n" for word, phones in WORDS.items())
    (folder / "some.dict").write_text("".join(entries))
    return folder


@pytest.fixture(scope="module")
def phones(corpus: Path) -> Path:
    out = corpus / "phones"
    given = ["hybrid", "train", str(corpus / "manifest.jsonl"), "--lexicon", str(corpus / "some.dict")]
    assert main([*given, "--features", "mfcc", "--out", str(out)]) == 0
    return out


def test_words_are_told_apart(corpus: Path, capsys: Capture) -> None:
    out = corpus / "words"
    manifest = str(corpus / "manifest.jsonl")
    assert main(["hybrid", "train", manifest, "--kind", "words", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(out), "kind": "words", "clips": 12, "words": 3}
    assert main(["hybrid", "recognise", str(corpus / "1.wav"), "--hybrid", str(out)]) == 0
    assert capsys.readouterr().out.split("\t")[1] == "hi"
    assert main(["hybrid", "recognise", str(corpus / "1.wav"), "--hybrid", str(out), "--words", "hi"]) == 2
    assert "--words: not for a model of whole words" in capsys.readouterr().err


def test_a_small_vocabulary_is_recognised(corpus: Path, phones: Path, capsys: Capture) -> None:
    (corpus / "said.txt").write_text("lo hi\nhi me\nme lo\n")
    given = ["hybrid", "recognise", str(corpus / "said.wav"), "--hybrid", str(phones)]
    assert main([*given, "--bigram", str(corpus / "said.txt"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["text"] == "hi me"
    assert found["segments"][0]["words"][1]["start"] == pytest.approx(0.34, abs=0.05)


def test_one_bad_file_does_not_stop_the_rest(corpus: Path, phones: Path, capsys: Capture) -> None:
    (corpus / "bad.wav").write_bytes(b"nothing")
    given = [str(corpus / "bad.wav"), str(corpus / "1.wav"), "--hybrid", str(phones), "--single"]
    assert main(["hybrid", "recognise", *given]) == 1
    captured = capsys.readouterr()
    assert captured.out == f"{corpus / '1.wav'}\thi\n"
    assert "bad.wav" in captured.err


def test_phones_are_aligned_into_a_textgrid(corpus: Path, phones: Path, capsys: Capture) -> None:
    out = corpus / "said.textgrid"
    given = ["align", str(corpus / "said.wav"), "Hi me", "--hybrid", str(phones), "-o", str(out)]
    assert main(given) == 0
    assert "2 words in 0.7 s" in capsys.readouterr().err
    text = out.read_text()
    assert 'name = "phones"' in text
    assert [line.split('"')[1] for line in text.splitlines() if "text" in line and '""' not in line] == [
        "Hi", "me", "h", "l", "m", "h",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--lexicon", "a.dict"], "--lexicon is for --hybrid"),
        (["-f", "praat"], "praat"),
        (["-o", "said.docx"], "no format has the suffix '.docx'"),
        (["--hybrid", "nowhere"], "allears hybrid train"),
    ],
)
def test_wrong_use_is_said(given: list[str], message: str, corpus: Path, capsys: Capture) -> None:
    assert main(["align", str(corpus / "said.wav"), "hi", *given]) == 2
    assert message in capsys.readouterr().err


def test_training_needs_the_label(corpus: Path, capsys: Capture) -> None:
    assert main(["hybrid", "train", str(corpus / "manifest.jsonl"), "--field", "name", "--out", "x"]) == 2
    assert "no clip with the label 'name'" in capsys.readouterr().err
