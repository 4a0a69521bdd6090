"""Let Kokoro read sentences: audio, phones, durations, pitch and energy, clip after clip.

    python recipes/voice/teach.py 4000        # so many clips under $ALLEARS_WORK/taught; again to go on after a stop

$ALLEARS_DATA holds nlu-text; $ALLEARS_WORK holds `kokoro` (what `kokoro.assemble` wrote, `us_gold.json` and
`gb_gold.json` beside it) and `austen` (`texts.py`). Everything about clip i follows from i. A clip is a FLAC file at
24 kHz, an .npz of durations, F0 and energy, and a line of `manifest.jsonl` with text, phones, voice and dialect.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
from kokoro import SAMPLE_RATE, Kokoro
from phones import Phones
from texts import nlu_sentences, novel_sentences

WORK = Path(os.environ["ALLEARS_WORK"])
DATA = Path(os.environ["ALLEARS_DATA"])
DIALECTS = {"a": "en-US", "b": "en-GB"}
GENDERS = {"f": "female", "m": "male"}
NOVEL_SHARE = 0.65
BRITISH_SHARE = 0.35
SPEEDS = (0.85, 1.2)
_TRIES = 40  # sentences drawn until one has known words alone


def main(count: int) -> None:
    out, teacher = WORK / "taught", Kokoro(WORK / "kokoro")
    (out / "audio").mkdir(parents=True, exist_ok=True)
    dictionaries = {letter: Phones(WORK / "kokoro", dialect) for letter, dialect in DIALECTS.items()}
    kinds = novel_sentences(WORK / "austen"), nlu_sentences(DATA)
    voices = {letter: sorted(v for v in teacher.voices if v[0] == letter) for letter in DIALECTS}
    said_s, started = 0.0, time.monotonic()
    for number in range(count):
        path = out / "audio" / f"{number:06d}.json"
        if path.exists():
            continue
        rng = random.Random(number)
        letter = "b" if rng.random() < BRITISH_SHARE else "a"
        voice, speed = rng.choice(voices[letter]), round(rng.uniform(*SPEEDS), 2)
        sentences = kinds[0] if rng.random() < NOVEL_SHARE else kinds[1]
        drawn = ((text, dictionaries[letter].read(text)) for text in (rng.choice(sentences) for _ in range(_TRIES)))
        text, phones = next((text, phones) for text, phones in drawn if phones is not None)
        said = teacher.say(phones, voice, speed)
        soundfile.write(path.with_suffix(".flac"), said.audio, SAMPLE_RATE, subtype="PCM_16")
        np.savez(path.with_suffix(".npz"), durations=said.durations, f0=said.f0.astype(np.float16),
                 energy=said.energy.astype(np.float16))  # fmt: skip
        row = {"id": f"kokoro-{number:06d}", "audio": f"audio/{number:06d}.flac",
               "teacher": f"audio/{number:06d}.npz", "text": text, "phones": said.phones,
               "duration_s": round(len(said.audio) / SAMPLE_RATE, 3), "speaker": voice, "gender": GENDERS[voice[1]],
               "language": "en", "accent": DIALECTS[letter], "speed": speed, "split": "train",
               "source": "Kokoro-82M", "licence": "Apache-2.0"}  # fmt: skip
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        partial.replace(path)
        said_s += row["duration_s"]
        if number % 50 == 0:
            rate = said_s / (time.monotonic() - started)
            print(
                f"{number} of {count}: {said_s / 60:.1f} minutes, {rate:.2f} times real time",
                file=sys.stderr,
                flush=True,
            )
            _gather(out)
    _gather(out)


def _gather(out: Path) -> None:
    """The rows of all clips as one manifest."""
    lines = [path.read_text(encoding="utf-8") for path in sorted((out / "audio").glob("*.json"))]
    partial = out / "manifest.partial"
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(out / "manifest.jsonl")


if __name__ == "__main__":
    main(int(sys.argv[1]))
