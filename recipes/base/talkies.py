"""Acted English, with its words, out of two adventure games that Debian carries.

    apt-get download beneath-a-steel-sky flight-of-the-amazon-queen scummvm
    for package in *.deb; do dpkg-deb -x $package $ALLEARS_WORK/talkies; done
    python recipes/base/talkies.py extract    # talkies/{sky,queen}: audio, manifest.jsonl; 0.8 to 20 s
    python recipes/base/talkies.py manifest   # ctc/talkies.jsonl: what is spelt with a to z, at the pace of speech
    python recipes/base/talkies.py check 30   # so many clips of each game: how far allears-base hears the same

Read the games' terms (README.md of this folder) before you ship what learned from them. ScummVM (GPL) is not run: its
program holds the codes that one game's texts are packed with. `check` needs jiwer. Deterministic.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import queen_lines
import rnc
import sky_lines
import soundfile
import soxr

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip, read_manifest, write_manifest
from allears.texts import plain_words

WORK = Path(os.environ["ALLEARS_WORK"])
OUT = WORK / "talkies"
GAMES = OUT / "usr" / "share" / "scummvm"
RATE = 11_025  # of both games, Hz
SHORTEST_S, LONGEST_S = 0.8, 20.0
# letters a second; beyond, the words are not those that are said, or there is much silence
SLOWEST, FASTEST = 4.0, 25.0
SKY_HEADER = 22  # what comes before the data of a file of the Steel Sky
QUOTED = re.compile(r"`(.*?)'(?!\w)")

Sounds = Iterator[tuple[str, np.ndarray]]
Words = dict[str, str]


def sky() -> tuple[Words, Sounds]:
    """Beneath a Steel Sky. `sky.dnr` tells number, place and size of the files in `sky.dsk`: 2, 3 and 3 bytes, little
    endian; the top bit of a place: in steps of 16 bytes."""
    index = (GAMES / "beneath-a-steel-sky" / "sky.dnr").read_bytes()
    disk = (GAMES / "beneath-a-steel-sky" / "sky.dsk").read_bytes()
    files = {}
    for at in range(4, len(index), 8):
        number, place, size = (int.from_bytes(index[at + a : at + b], "little") for a, b in ((0, 2), (2, 5), (5, 8)))
        start = (place & 0x7FFFFF) * (16 if place >> 23 else 1)
        files[number] = disk[start : start + (size & 0x3FFFFF)]
    program = (OUT / "usr" / "games" / "scummvm").read_bytes()
    lines = sky_lines.texts(files.__getitem__, program)
    sounds = ((f"sky-{n}", _samples(rnc.unpack(files[n][SKY_HEADER:]))) for n in sorted(lines) if n in files)
    return {f"sky-{number}": line for number, line in lines.items()}, sounds


def queen() -> tuple[Words, Sounds]:
    """Flight of the Amazon Queen. `queen.1c` has a count of files at byte 13, then for each 12 letters of name, a
    volume, place and size, big endian; speech is MPEG layer 3."""
    data = (GAMES / "flight-of-the-amazon-queen" / "queen.1c").read_bytes()
    (count,) = struct.unpack_from(">H", data, 13)
    entries = (struct.unpack_from(">12sBII", data, 15 + 21 * i) for i in range(count))
    files = {name.rstrip(b"\0").decode(): data[start : start + size] for name, _, start, size in entries}
    lines = queen_lines.texts(files)
    names = (name for name in sorted(lines) if f"{name}.SB" in files)
    sounds = ((f"queen-{n}", soundfile.read(io.BytesIO(files[f"{n}.SB"]), dtype="float32")[0]) for n in names)
    return {f"queen-{name}": line for name, line in lines.items()}, sounds


SETS: dict[str, tuple[Callable[[], tuple[Words, Sounds]], str]] = {
    "sky": (sky, "Beneath a Steel Sky"),
    "queen": (queen, "Flight of the Amazon Queen"),
}


def _samples(data: bytes) -> np.ndarray:
    """Unsigned samples of 8 bits -> (S,) in [-1, 1)."""
    return (np.frombuffer(data, dtype=np.uint8).astype(np.float32) - 128) / 128


def extract() -> None:
    """Write every clip that has words at 16 kHz, those that are neither too short nor too long."""
    for name, (read, title) in SETS.items():
        words, sounds = read()
        (OUT / name / "audio").mkdir(parents=True, exist_ok=True)
        clips, left = [], 0
        for key, sound in sounds:
            if words.get(key, "") and SHORTEST_S <= len(sound) / RATE <= LONGEST_S:
                clips.append(_clip(OUT / name / "audio" / f"{key}.flac", sound, words[key], title))
            else:
                left += 1
        write_manifest(clips, OUT / name / "manifest.jsonl")
        print(f"{name}: {len(clips)} clips, {_hours(clips):.2f} h; {left} left out: no words, too short or too long")


def _clip(path: Path, sound: np.ndarray, text: str, title: str) -> Clip:
    if not path.exists():
        sound_16k = np.clip(soxr.resample(sound, RATE, SAMPLE_RATE), -1, 1)
        soundfile.write(path.with_suffix(".partial"), sound_16k, SAMPLE_RATE, format="FLAC")
        os.replace(path.with_suffix(".partial"), path)
    labels = {"text": text, "language": "en"}
    duration_s = round(len(sound) / RATE, 3)
    return Clip(path.stem, path, 0.0, duration_s, "train", title, f"{title}'s own", labels)


def manifest() -> None:
    """Keep what is spelt with a to z and said at the pace of speech, as plain words."""
    kept = []
    for name in SETS:
        clips = list(read_manifest(OUT / name / "manifest.jsonl"))
        plain = [replace(c, labels={"text": plain_words(QUOTED.sub(r"\1", c.labels["text"]))}) for c in clips]
        good = [clip for clip in plain if _is_good(clip)]
        print(f"{name}: {len(good)} of {len(clips)} clips, {_hours(good):.2f} h")
        kept += good
    write_manifest(kept, WORK / "ctc" / "talkies.jsonl")


def _is_good(clip: Clip) -> bool:
    text = clip.labels["text"]
    is_spelt = re.fullmatch(r"[a-z' ]*[a-z][a-z' ]*", text) is not None
    return is_spelt and SLOWEST <= len(text) / (clip.duration_s or 1.0) <= FASTEST


def check(count: int) -> None:
    """Print words, what allears-base hears, and errors a word of `count` clips of each game."""
    import jiwer

    from allears import Session

    session = Session(tasks=["transcribe"], num_threads=1)
    clips = list(read_manifest(WORK / "ctc" / "talkies.jsonl"))
    for name in SETS:
        own = [clip for clip in clips if clip.id.startswith(f"{name}-")]
        own = random.Random(0).sample(own, min(count, len(own)))
        words = [clip.labels["text"] for clip in own]
        heard = [plain_words(session.hear(clip.audio, language="en").text) for clip in own]
        for clip, text, other in zip(own, words, heard, strict=True):
            print(json.dumps({"id": clip.id, "text": text, "heard": other}))
        print(f"{name}: {100 * jiwer.wer(words, heard):.1f} % of {sum(len(text.split()) for text in words)} words")


def _hours(clips: list[Clip]) -> float:
    return sum(clip.duration_s or 0 for clip in clips) / 3600


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["extract"]:
            extract()
        case ["manifest"]:
            manifest()
        case ["check", number] if number.isdigit():
            check(int(number))
        case _:
            raise SystemExit(__doc__)
