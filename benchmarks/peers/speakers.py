"""Peers that speak, each in a process of its own: python speakers.py ENGINE OUT [--model PATH] [--voice NAME]

In: sentences, a JSON list, on standard input. Out: OUT/0000.wav and so on, and a JSON object on standard output:
seconds to load, and for each sentence seconds to the first sound, to the last one, and of sound. A sentence is said
once before the clock runs. Kokoro reads phones of the dictionaries that our voices are taught with; sentences with an
unknown word are null for it. espeak-ng and flite are programs: their times hold the start of a process, a few
milliseconds.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile

__all__ = ["ENGINES", "main"]

Say = Callable[[str], Iterator[tuple[np.ndarray, int]] | None]
"""Text -> parts of the sound as they are made, with their rate; None if it cannot be said."""


def _allears(args: argparse.Namespace) -> Say:
    from allears import Voice

    voice = Voice(args.model, voice=args.voice, num_threads=args.threads)
    return lambda text: ((part.audio, part.sample_rate) for part in voice.stream(text))


def _kokoro(args: argparse.Namespace) -> Say:
    sys.path.insert(0, str(Path(__file__).parents[2] / "recipes" / "voice"))
    from kokoro import SAMPLE_RATE, Kokoro
    from phones import Phones

    teacher, phones = Kokoro(Path(args.model), args.threads), Phones(Path(args.model), "en-US")

    def say(text: str) -> Iterator[tuple[np.ndarray, int]] | None:
        read = phones.read(text)
        return None if read is None else iter([(teacher.say(read, args.voice or "af_heart").audio, SAMPLE_RATE)])

    return say


def _espeak(args: argparse.Namespace) -> Say:
    command = [_program("espeak-ng"), "-v", args.voice or "en-us", "--stdout"]

    def say(text: str) -> Iterator[tuple[np.ndarray, int]]:
        sound = subprocess.run([*command, text], capture_output=True, check=True).stdout
        yield _read(sound)

    return say


def _flite(args: argparse.Namespace) -> Say:
    command = [_program("flite"), *(["-voice", args.voice] if args.voice else [])]

    def say(text: str) -> Iterator[tuple[np.ndarray, int]]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "said.wav"
            subprocess.run([*command, "-t", text, "-o", str(path)], check=True, capture_output=True)
            yield _read(path.read_bytes())

    return say


def _piper(args: argparse.Namespace) -> Say:
    from piper import PiperVoice

    voice = PiperVoice.load(args.model)
    return lambda text: ((part.audio_float_array, part.sample_rate) for part in voice.synthesize(text))


ENGINES: dict[str, Callable[[argparse.Namespace], Say]] = {
    "allears": _allears, "kokoro": _kokoro, "espeak-ng": _espeak, "flite": _flite, "piper": _piper,
}  # fmt: skip


def main() -> None:
    """Say them all."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", help="folder or file of the voice")
    parser.add_argument("--voice", help="who speaks")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    sentences: list[str] = json.load(sys.stdin)
    begun = time.perf_counter()
    say = ENGINES[args.engine](args)
    load_s = time.perf_counter() - begun
    warm = say(sentences[0])
    list(warm or ())
    told = [_said(say, text, args.out / f"{number:04d}.wav") for number, text in enumerate(sentences)]
    json.dump({"load_s": round(load_s, 3), "said": told}, sys.stdout)


def _said(say: Say, text: str, path: Path) -> dict[str, float] | None:
    begun, first_s = time.perf_counter(), None
    parts, rate = list[np.ndarray](), 0
    for audio, of_part in say(text) or ():
        first_s = time.perf_counter() - begun if first_s is None else first_s
        rate = of_part
        parts.append(audio)
    all_s = time.perf_counter() - begun
    if first_s is None:
        return None
    sound = np.concatenate(parts)
    soundfile.write(path, sound, rate)
    return {"first_s": round(first_s, 4), "all_s": round(all_s, 4), "sound_s": round(len(sound) / rate, 3)}


def _read(sound: bytes) -> tuple[np.ndarray, int]:
    """A WAV of a program that writes while it does not know the length yet."""
    data = bytearray(sound)
    at = data.find(b"data")
    data[4:8] = (len(data) - 8).to_bytes(4, "little")
    data[at + 4 : at + 8] = (len(data) - at - 8).to_bytes(4, "little")
    audio, rate = soundfile.read(io.BytesIO(bytes(data)), dtype="float32")
    return np.asarray(audio), int(rate)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed: apt-get install {name}")
    return found


if __name__ == "__main__":
    main()
