"""What a speaking model is trained on, small enough to be carried to another machine.

    python recipes/voice/carry.py carried 60      # so many MB of speech at most
    tar cJf carried.tar.xz carried                # there: unpack, ALLEARS_WORK=... with `carried` as its `taught`

Sound becomes Ogg Opus of about 78 kbit/s (25 dB from the original, of the same length), so that 95 minutes are 58 MB;
what the teacher thought is kept in 16 bit. Clips are taken evenly over the manifest until the space is full.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import soundfile

TAUGHT = Path(os.environ["ALLEARS_WORK"]) / "taught"
QUALITY = 0.7  # of libsndfile's Opus, 0 best to 1 smallest
_STRIDE = 997  # a prime: neighbours of the order are far apart in the manifest


def main(out: Path, max_mb: float) -> None:
    rows = [json.loads(line) for line in (TAUGHT / "speech.jsonl").read_text(encoding="utf-8").splitlines()]
    (out / "audio").mkdir(parents=True, exist_ok=True)
    order = sorted(range(len(rows)), key=lambda number: (number * _STRIDE) % len(rows))
    kept, size, said_s = [], 0, 0.0
    for number in order:
        row = rows[number]
        size += _carry(row, out)
        if size > max_mb * 1e6:
            break
        kept.append(number)
        said_s += row["duration_s"]
    lines = (json.dumps(rows[number] | {"audio": _sound(rows[number])}, ensure_ascii=False) for number in sorted(kept))
    (out / "speech.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for path in (*TAUGHT.glob("voice.json"), *TAUGHT.glob("phones.jsonl"), *TAUGHT.glob("letters.jsonl"),
                 *TAUGHT.glob("lexicon-*.txt.xz")):  # fmt: skip
        shutil.copy(path, out / path.name)
    print(f"{len(kept)} of {len(rows)} clips, {said_s / 60:.1f} minutes, {size / 1e6:.1f} MB")


def _sound(row: dict[str, object]) -> str:
    return str(Path(str(row["audio"])).with_suffix(".ogg"))


def _carry(row: dict[str, object], out: Path) -> int:
    """Write one clip and what belongs to it; how many bytes that is."""
    samples, rate = soundfile.read(TAUGHT / str(row["audio"]), dtype="float32")
    sound, teacher = out / _sound(row), out / str(row["teacher"])
    soundfile.write(sound, samples, rate, format="OGG", subtype="OPUS", compression_level=QUALITY)
    with np.load(TAUGHT / str(row["teacher"])) as data:
        np.savez_compressed(teacher, durations=data["durations"].astype(np.int16), f0=data["f0"].astype(np.float16))
    return sound.stat().st_size + teacher.stat().st_size


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
