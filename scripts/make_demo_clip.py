"""Make the clip that ships, `src/allears/assets/demo.flac`, with the espeak-ng program.

    apt-get install espeak-ng
    python scripts/make_demo_clip.py

espeak-ng runs as a process of its own: nothing of it is imported, linked or shipped, and its licence says nothing of
the sound it makes. In: the sentences below. Out: 16 kHz mono FLAC, the same for the same versions of all.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr

__all__ = ["main", "speak"]

SENTENCES = ("Good evening. The train to the mountains leaves at seven.", "Please remember to bring a warm coat.")
VOICE = "en-us"  # heard right by Whisper base; of ten other voices tried, five were misheard
WORDS_PER_MINUTE = 150
SAMPLE_RATE = 16_000  # Hz
PAUSE_S = 1.1  # between the sentences, so that there are two stretches of speech
EDGE_S = 0.4  # silence before and after
PEAK = 0.5
ROOM_NOISE = 2e-4  # standard deviation; a recording is never digitally silent
SEED = 0
CLIP = Path(__file__).parents[1] / "src" / "allears" / "assets" / "demo.flac"


def speak(text: str, voice: str = VOICE) -> np.ndarray:
    """The text as espeak-ng says it: (S,) float32 at 16 kHz, without the silence around it.

    Raises:
        ValueError: espeak-ng is not installed.
    """
    command = ["espeak-ng", "-v", voice, "-s", str(WORDS_PER_MINUTE), "--stdout", text]
    try:
        wav = subprocess.run(command, check=True, capture_output=True).stdout
    except FileNotFoundError:
        raise ValueError("espeak-ng is not installed: run `apt-get install espeak-ng`") from None
    audio, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    audio = soxr.resample(audio, rate, SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(audio) > 1e-3 * np.abs(audio).max())
    return audio[loud[0] : loud[-1] + 1]


def clip(sentences: tuple[str, ...] = SENTENCES, voice: str = VOICE) -> np.ndarray:
    """The whole clip, (S,) float32 in [-1, 1]."""
    pieces = [np.zeros(int(EDGE_S * SAMPLE_RATE), np.float32)]
    for number, sentence in enumerate(sentences):
        pieces += [np.zeros(int(PAUSE_S * SAMPLE_RATE), np.float32)] if number else []
        pieces.append(speak(sentence, voice))
    audio = np.concatenate([*pieces, pieces[0]])
    noise = np.random.default_rng(SEED).normal(0.0, ROOM_NOISE, len(audio))
    return (audio * (PEAK / np.abs(audio).max()) + noise).astype(np.float32)


def main() -> int:
    """Write the clip; says on stderr what it wrote."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default=VOICE, help=f"of espeak-ng, default {VOICE}")
    parser.add_argument("--out", type=Path, default=CLIP, help="FLAC file to write")
    args = parser.parse_args()
    audio = clip(voice=args.voice)
    part = args.out.with_suffix(".part")
    soundfile.write(part, audio, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    os.replace(part, args.out)
    print(f"{args.out}: {len(audio) / SAMPLE_RATE:.2f} s, {args.out.stat().st_size / 1000:.0f} kB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
