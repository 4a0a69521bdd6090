"""Synthetic speech for the CTC head of allears-base: sentences of nlu-text and strings of dictionary words, said by
espeak-ng and flite (both in processes of their own) in many voices, speeds and pitches.

    python recipes/base/speak.py 4500          # so many clips under $ALLEARS_WORK/spoken; again to go on after a stop
    python recipes/base/speak.py 4000 keywords # one or two words each, with the label `keyword`, under spoken-keywords

Needs the commands espeak-ng and flite, and the package pocketsphinx (words: its cmudict is BSD; allears-base 0.2.0 was
made with a newer one, a few thousand words more). Deterministic: everything about clip i follows from i. Only train
splits of nlu-text are read; sentences with digits are left out: a voice may say them either way.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pocketsphinx
import soundfile
import soxr

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip, write_manifest
from allears.texts import plain_words

DATA = Path(os.environ["ALLEARS_DATA"])
WORK = Path(os.environ["ALLEARS_WORK"])
ESPEAK = ("en-us", "en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029")
VARIANTS = (
    *("", "f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "klatt", "klatt2", "klatt3"),
    *("Annie", "Andy", "Alicia", "Mike", "Michael", "belinda", "linda", "steph", "adam", "ed", "john", "paul", "zac"),
)
FLITE = ("awb", "rms", "slt", "kal16")
FLITE_SHARE = 0.5
WORDS_SHARE = 0.4  # of the clips are strings of dictionary words: all spellings, no grammar to learn by heart


def sentences() -> list[str]:
    """Train sentences of the three sets without digits, sorted."""
    found = set()
    for path in sorted((DATA / "nlu-text").glob("*/train.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = plain_words(json.loads(line)["text"])
            if text and len(text) < 120 and all(c.isascii() and (c.isalpha() or c in " '") for c in text):
                found.add(text)
    return sorted(found)


def words() -> list[str]:
    """Words of the dictionary that are letters only, sorted."""
    lines = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8").splitlines()
    found = {line.split()[0].partition("(")[0] for line in lines if line.strip()}
    return sorted(word for word in found if word.isascii() and word.isalpha() and len(word) > 1)


def phrases() -> list[str]:
    """Keywords to tell apart: 250 dictionary words and 150 pairs of them, five letters or more each."""
    rng = random.Random(1)
    chosen = rng.sample([word for word in words() if 5 <= len(word) <= 9], 550)
    return chosen[:250] + [f"{a} {b}" for a, b in zip(chosen[250:400], chosen[400:], strict=True)]


def say(number: int, out: Path, texts: Sequence[str], lexicon: Sequence[str], keywords: Sequence[str]) -> Clip | None:
    """Clip `number` under `out`, a keyword if there are any; None if the voice failed."""
    rng = random.Random(number)
    is_words = rng.random() < WORDS_SHARE
    text = " ".join(rng.sample(lexicon, rng.randint(2, 9))) if is_words else rng.choice(texts)
    if keywords:
        text = keywords[number % len(keywords)]
    raw, path = out / "audio" / f"{number:06d}.wav", out / "audio" / f"{number:06d}.flac"
    if rng.random() < FLITE_SHARE:
        voice = rng.choice(FLITE)
        stretch, mean_f0 = rng.uniform(0.8, 1.25), rng.choice((85, 100, 120, 150, 180, 210))
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}", "--setf",
                   f"int_f0_target_mean={mean_f0}", "-t", text, "-o", str(raw)]  # fmt: skip
    else:
        variant = rng.choice(VARIANTS)
        voice = rng.choice(ESPEAK) + (f"+{variant}" if variant else "")
        command = ["espeak-ng", "-v", voice, "-s", str(rng.randint(120, 200)), "-p", str(rng.randint(25, 75)), "-w",
                   str(raw), text]  # fmt: skip
    if not path.exists():
        if subprocess.run(command, capture_output=True, check=False).returncode or not raw.exists():
            return None
        audio, rate = soundfile.read(raw, dtype="float32")
        raw.unlink()
        if len(audio) < rate // 4:
            return None
        audio = soxr.resample(audio, rate, SAMPLE_RATE) * (10 ** rng.uniform(-1.0, 0.0) / max(1e-3, abs(audio).max()))
        soundfile.write(path.with_suffix(".partial"), audio, SAMPLE_RATE, format="FLAC")
        path.with_suffix(".partial").replace(path)
    duration_s = soundfile.info(path).duration
    labels = {"text": text, "language": "en", "voice_name": voice} | ({"keyword": text} if keywords else {})
    return Clip(
        f"{out.name}-{number:06d}", path, duration_s=duration_s, labels=labels, split="train", source="synthetic"
    )


def main(count: int, kind: str) -> None:
    out = WORK / ("spoken-keywords" if kind == "keywords" else "spoken")
    (out / "audio").mkdir(parents=True, exist_ok=True)
    texts, lexicon, keywords = sentences(), words(), phrases() if kind == "keywords" else []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda number: say(number, out, texts, lexicon, keywords), range(count)))
    clips = [clip for clip in said if clip is not None]
    write_manifest(clips, out / "manifest.jsonl")
    hours = sum(clip.duration_s or 0 for clip in clips) / 3600
    print(
        f"{len(clips)} clips, {hours:.2f} h; {count - len(clips)} failed; {len(texts)} sentences, {len(lexicon)} words"
    )


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not sys.argv[1].isdigit() or sys.argv[2:] not in ([], ["keywords"]):
        raise SystemExit(__doc__)
    main(int(sys.argv[1]), *(sys.argv[2:] or ["sentences"]))
