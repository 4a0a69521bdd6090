"""Whole commands in noise: right if the intent and every slot are; and how many sentences that are none are rejected.

python benchmarks/commands.py --data DIR --out commands.json [--kokoro DIR --cache DIR]

The grammar is docs/examples/commands.yaml. Sentences of it are drawn, each voice says some, and noise of the corpus
`noise`, test split, is added at 6 to 24 dB. Sentences that are not in the grammar are said the same way. Accuracy is
told by voice and by level of noise. Voices that nothing in allears was trained on: Kokoro's (recipes/voice/kokoro.py
assembles the folder; its sentences are kept in --cache, since they take as long to say as to hear); those of espeak-ng
and flite (programs of their own) said other sentences in the training of the CTC heads.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from allears.audio import SAMPLE_RATE, load_clip, read_audio
from allears.commands.answer import Command
from allears.commands.grammar import Grammar
from allears.data.manifest import Clip
from common.corpora import clips_of
from common.run import Table, arguments, env_path, progress, run
from peers.ours import session

GRAMMAR = Path(__file__).parents[1] / "docs" / "examples" / "commands.yaml"
ESPEAK = ("en-us", "en-gb", "en-gb-x-rp", "en-us+f3")
FLITE = ("slt", "rms", "awb", "kal16")
SNRS_DB = (6.0, 12.0, 18.0, 24.0)
SPEECH_RMS = 0.05
KOKORO = ("af_heart", "af_nicole", "af_sky", "am_adam", "am_michael", "am_puck", "bf_emma", "bm_george")
NEW = "new voice"
PER_VOICE = 20
NO_COMMANDS = (
    "the train to the mountains leaves at seven", "who won the game last night", "my brother lives in a small town",
    "turn left at the next corner", "how much does this jacket cost", "she set the table for dinner",
    "i would like a cup of tea", "the kitchen smells of fresh bread", "what is the capital of france",
    "we watched a film about the ocean", "put your shoes next to the door", "the music was far too loud",
    "remind me what you said yesterday", "it will be a long winter", "the light in this painting is beautiful",
    "add two and two together", "could you pass me the salt", "the timer on my phone is broken",
    "he stopped to look at the map", "play is important for children",
)  # fmt: skip


def measure(args: argparse.Namespace) -> dict[str, Any]:
    grammar, ours = Grammar.load(GRAMMAR), session(args)
    noises = clips_of(args.data, "noise", "test")
    if ours is None:
        raise ValueError("there is no peer for commands: leave out --peers-only")
    kinds = (NEW, "voice", "snr", "rejected")
    rows: dict[str, dict[str, list[bool]]] = {key: defaultdict(list) for key in kinds}
    rng = random.Random(args.seed)
    clips = list(_clips(grammar, rng, args.limit or PER_VOICE, KOKORO if args.kokoro else ()))
    say = _Voices(args.kokoro, args.cache)
    for number, (voice, text, is_command) in enumerate(clips):
        snr_db = rng.choice(SNRS_DB)
        speech = say(text, voice)
        if speech is None:
            continue
        audio = _mix(speech, noises[rng.randrange(len(noises))], snr_db, rng)
        command = ours.hear(audio, language="en", tasks=["speech"], commands=grammar).command
        if is_command:
            is_right = _is_right(command, grammar.match(text))
            rows[NEW if voice.startswith("kokoro") else "voice"][voice].append(is_right)
            rows["snr"][f"{snr_db:.0f} dB"].append(is_right)
        else:
            rows["rejected"]["all voices"].append(command is None or not command.is_accepted)
        progress(f"commands: {number + 1} of {len(clips)}")
    shares = {kind: {key: float(np.mean(v)) for key, v in by.items()} for kind, by in rows.items() if by}
    counts = {kind: sum(map(len, by.values())) for kind, by in rows.items() if by}
    return {"results": {"shares": shares, "counts": counts}, "tables": [_table(shares, counts)]}


def _clips(
    grammar: Grammar, rng: random.Random, per_voice: int, kokoro: Sequence[str]
) -> Iterator[tuple[str, str, bool]]:
    """(voice, sentence, whether it is a command)"""
    voices = [f"kokoro {v}" for v in kokoro]
    voices += [f"espeak-ng {v}" for v in ESPEAK if shutil.which("espeak-ng")]
    voices += [f"flite {v}" for v in FLITE if shutil.which("flite")]
    if not voices:
        raise ValueError("neither espeak-ng nor flite is installed: install one, since sentences have to be spoken")
    for voice in voices:
        for text, _ in grammar.say(per_voice, rng.randrange(1 << 30)):
            yield voice, text, True
        for text in rng.sample(NO_COMMANDS, min(per_voice // 2, len(NO_COMMANDS))):
            yield voice, text, False


class _Voices:
    """What a voice says, (S,) at 16 kHz; None where Kokoro's dictionary lacks a word."""

    def __init__(self, kokoro: Path | None, cache: Path | None) -> None:
        self._kokoro, self._cache = kokoro, cache

    def __call__(self, text: str, voice: str) -> np.ndarray | None:
        if not voice.startswith("kokoro"):
            return _say(text, voice)
        if self._cache is None:
            return self._say_with_kokoro(text, voice)
        name = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()[:20]
        path = self._cache / "said" / f"{name}.flac"
        if not path.exists():
            audio = self._say_with_kokoro(text, voice)
            if audio is None:
                return None
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, audio, SAMPLE_RATE)
        return read_audio(path)

    def _say_with_kokoro(self, text: str, voice: str) -> np.ndarray | None:
        name = voice.split(" ", 1)[1]
        teacher, rate, phones = self._teacher
        read = phones["en-GB" if name.startswith("b") else "en-US"].read(text)
        return None if read is None else np.asarray(soxr.resample(teacher.say(read, name).audio, rate, SAMPLE_RATE))

    @cached_property
    def _teacher(self) -> tuple[Any, int, dict[str, Any]]:
        sys.path.insert(0, str(Path(__file__).parents[1] / "recipes" / "voice"))
        from kokoro import SAMPLE_RATE as RATE
        from kokoro import Kokoro
        from phones import Phones

        assert self._kokoro is not None
        return Kokoro(self._kokoro), RATE, {d: Phones(self._kokoro, d) for d in ("en-US", "en-GB")}


def _say(text: str, voice: str) -> np.ndarray:
    """(S,) at 16 kHz, by a program of its own."""
    program, name = voice.split(" ", 1)
    with tempfile.TemporaryDirectory() as folder:
        wav = f"{folder}/said.wav"
        options = {"espeak-ng": ["-v", name, "-w", wav, text], "flite": ["-voice", name, "-t", text, "-o", wav]}
        subprocess.run([program, *options[program]], check=True, capture_output=True, timeout=60)
        return read_audio(wav)


def _mix(speech: np.ndarray, noise: Clip, snr_db: float, rng: random.Random) -> np.ndarray:
    """Speech with half a second before and after it, in noise from a random place on."""
    speech = np.pad(speech * (SPEECH_RMS / _rms(speech)), SAMPLE_RATE // 2)
    sound = load_clip(noise)
    sound = np.roll(np.resize(sound, len(speech)), rng.randrange(len(speech)))
    mixed = speech + sound * (SPEECH_RMS / max(_rms(sound), 1e-6)) * 10 ** (-snr_db / 20)
    return (mixed / max(1.0, float(np.abs(mixed).max()))).astype(np.float32)


def _rms(audio: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def _is_right(found: Command | None, meant: Command) -> bool:
    return found is not None and found.is_accepted and (found.intent, found.values) == (meant.intent, meant.values)


def _table(shares: dict[str, dict[str, float]], counts: dict[str, int]) -> Table:
    names = {
        NEW: "right, by new voice",
        "voice": "right, by voice",
        "snr": "right, by noise",
        "rejected": "no command, rejected",
    }
    rows = [[names[kind], key, f"{100 * share:.1f} %"] for kind, by in shares.items() for key, share in by.items()]
    said = counts.get(NEW, 0) + counts.get("voice", 0)
    notes = [f"{said} commands, {counts['rejected']} sentences that are none; made-up voices, not people"]
    return {"title": "Whole commands in noise", "columns": ["what", "where", "share"], "rows": rows, "notes": notes}


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--kokoro", type=Path, default=env_path("ALLEARS_KOKORO"), help="Kokoro's folder")
    run("commands", parser.parse_args(), measure)
