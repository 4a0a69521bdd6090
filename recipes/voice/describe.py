"""What a model that speaks is trained on, out of what the teacher said and of dictionaries.

    python recipes/voice/describe.py 20000      # so many sentences of text alone, for masked phones

Reads $ALLEARS_WORK/taught (`teach.py`), $ALLEARS_WORK/kokoro, $ALLEARS_WORK/austen and $ALLEARS_DATA/nlu-text. Writes
into $ALLEARS_WORK/taught:

    voice.json                  the spec: alphabet, letters, dialects, voices
    speech.jsonl                what the teacher said, one clip in 25 of split dev
    phones.jsonl                sentences as phones, without sound
    letters.jsonl               words of the dictionaries, one in 20 of split dev
    lexicon-DIALECT.txt.xz      the dictionaries as the model folder has them
"""

from __future__ import annotations

import json
import lzma
import os
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from phones import Phones
from texts import nlu_sentences, novel_sentences

from allears.voice_frames import FFT, HOP, NUM_MELS, SAMPLE_RATE
from allears.voice_spec import SpeakingVoice, VoiceSpec

WORK, DATA = Path(os.environ["ALLEARS_WORK"]), Path(os.environ["ALLEARS_DATA"])
OUT = WORK / "taught"
DICTIONARIES = {"en-GB": "gb_gold.json", "en-US": "us_gold.json"}
LICENCES = (
    "Kokoro-82M: Apache-2.0",
    "misaki dictionaries: Apache-2.0",
    "Jane Austen: public domain",
    "nlu-text: CC BY 4.0",
)
ITEM_S = 0.08  # a row without sound counts as that long an item, when batches are cut
MIN_LETTER_WORDS = 50  # a letter that fewer words have is not read
DEV_SPEECH, DEV_WORDS = 25, 20  # one in so many


def main(num_sentences: int) -> None:
    rows = [json.loads(line) for line in (OUT / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    words = {dialect: dict(_words(WORK / "kokoro" / name)) for dialect, name in DICTIONARIES.items()}
    counts = Counter(letter for said in words.values() for word in said for letter in set(word.lower()))
    letters = sorted(letter for letter, count in counts.items() if count >= MIN_LETTER_WORDS)
    _write("voice.json", [_spec(rows, letters).to_json()])
    _write_rows("speech.jsonl", (_speech(number, row) for number, row in enumerate(rows)))
    _write_rows("phones.jsonl", _sentences(num_sentences))
    _write_rows(
        "letters.jsonl", (row for dialect, said in words.items() for row in _spelt(dialect, said, set(letters)))
    )
    for dialect, said in words.items():
        lines = "".join(f"{word}\t{phones}\n" for word, phones in sorted(said.items()))
        path = OUT / f"lexicon-{dialect}.txt.xz"
        path.with_suffix(".partial").write_bytes(lzma.compress(lines.encode(), preset=9))
        os.replace(path.with_suffix(".partial"), path)


def _spec(rows: list[dict[str, Any]], letters: list[str]) -> VoiceSpec:
    vocabulary = json.loads((WORK / "kokoro" / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    voices = sorted({(row["speaker"], row["accent"], row["gender"]) for row in rows})
    return VoiceSpec(
        name="allears-voice",
        sample_rate=SAMPLE_RATE,
        hop_samples=HOP,
        fft_samples=FFT,
        num_mels=NUM_MELS,
        alphabet=("", *sorted(vocabulary)),
        letters=("", *letters),
        dialects=tuple(sorted(DICTIONARIES)),
        voices=tuple(SpeakingVoice(*voice) for voice in voices),
        licences=LICENCES,
    )


def _speech(number: int, row: dict[str, Any]) -> dict[str, Any]:
    teacher = str(Path(row["audio"]).with_suffix(".npz"))
    return {**row, "teacher": teacher, "split": "dev" if number % DEV_SPEECH == DEV_SPEECH - 1 else "train"}


def _sentences(count: int) -> Iterator[dict[str, Any]]:
    """Rows without sound; a sentence with an unknown word is passed over."""
    texts = [*novel_sentences(WORK / "austen"), *nlu_sentences(DATA)]
    random.Random(0).shuffle(texts)
    read = {dialect: Phones(WORK / "kokoro", dialect) for dialect in DICTIONARIES}
    passed = 0
    for number, text in enumerate(texts[:count]):
        dialect = sorted(read)[number % len(read)]
        phones = read[dialect].read(text)
        if phones is None:
            passed += 1
            continue
        split = "dev" if number % 100 == 0 else "train"
        yield _row(f"text-{number:06d}", phones, split) | {"phones": phones, "accent": dialect}
    print(f"{passed} of {min(count, len(texts))} sentences have an unknown word and are passed over", file=sys.stderr)


def _words(path: Path) -> Iterator[tuple[str, str]]:
    """Words and their phones; what has other signs than letters, ' and - in it is no word."""
    for word, said in json.loads(path.read_text(encoding="utf-8")).items():
        phones = said if isinstance(said, str) else said.get("DEFAULT")
        if phones and word.replace("'", "").replace("-", "").isalpha():
            yield word, phones


def _spelt(dialect: str, said: dict[str, str], letters: set[str]) -> Iterator[dict[str, Any]]:
    for word, phones in said.items():
        lower = word.lower()
        if not set(lower) <= letters or (len(word) > 1 and word.isupper()):
            continue  # a rare letter, an abbreviation
        split = "dev" if zlib.crc32(lower.encode()) % DEV_WORDS == 0 else "train"
        row = _row(f"{dialect}-{word}", lower, split)
        yield row | {"letters": lower, "pronunciation": phones, "accent": dialect}


def _row(name: str, items: str, split: str) -> dict[str, Any]:
    return {"id": name, "audio": "none", "duration_s": round(ITEM_S * (len(items) + 2), 3), "split": split}


def _write_rows(name: str, rows: Iterable[dict[str, Any]]) -> None:
    _write(name, (json.dumps(row, ensure_ascii=False) for row in rows))


def _write(name: str, lines: Iterable[str]) -> None:
    partial = OUT / f"{name}.partial"
    partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.replace(partial, OUT / name)


if __name__ == "__main__":
    main(int(sys.argv[1]))
