"""Sentences of four domains and of none, said by voices that nothing was trained on, every second one in noise.

In: the folder of the corpora (`nlu-text`, `noise`), and a Piper voice. Out: `Said` clips, kept as FLAC in a folder.
Piper and espeak-ng run as programs of their own. Sentences with digits are left out: a voice may say them either way.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.texts import plain_words

__all__ = ["DOMAINS", "OTHER", "Said", "Sentence", "said", "sentences"]

DOMAINS = ("music", "news", "weather", "home")
OTHER = "other"
SNR_DB = 10.0
_SNIPS = {"PlayMusic": "music", "AddToPlaylist": "music", "GetWeather": "weather"}
_INTENTS = {"play_music": "music", "play_radio": "music"}
_SCENARIOS = {"music": "music", "news": "news", "weather": "weather", "iot": "home", "audio": "home"}
_LEFT_OUT = ("SearchCreativeWork", "SearchScreeningEvent")  # songs and albums among films: of no one domain
_MOST_WORDS = 16
_ESPEAK = ("en-gb", "en-us")


@dataclass(frozen=True)
class Sentence:
    """What is said; `names` are the values of its slots, in plain words."""

    text: str
    domain: str
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Said:
    """A sentence, its audio (S,) at 16 kHz, whose voice it is and whether in noise."""

    sentence: Sentence
    audio: np.ndarray
    voice: str
    is_noisy: bool


def sentences(data: Path, split: str, count: int, num_other: int, seed: int) -> list[Sentence]:
    """At most `count` of each domain and `num_other` of none; those with names first."""
    rng = random.Random(seed)
    found = sorted(set(_read(data, split)), key=lambda s: s.text)
    rng.shuffle(found)
    found.sort(key=lambda s: not s.names)
    picked: list[Sentence] = []
    for domain in (*DOMAINS, OTHER):
        of_domain = [s for s in found if s.domain == domain]
        picked += of_domain[: num_other if domain == OTHER else count]
    return picked


def said(chosen: Sequence[Sentence], noises: Sequence[Clip], folder: Path, piper: Sequence[str]) -> list[Said]:
    """Each sentence by one voice in turn: half by Piper's, half by two of espeak-ng; every second four in noise.

    Args:
        chosen: what is said.
        noises: to put under it.
        folder: where the clean audio is kept.
        piper: the command of Piper with its voice; run only for what is not in the folder yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    voices = ["piper" if i % 2 == 0 else _ESPEAK[i // 2 % 2] for i in range(len(chosen))]
    paths = [folder / f"{v}-{'-'.join(s.text.split())}.flac" for v, s in zip(voices, chosen, strict=True)]
    missing = [(s.text, v, p) for s, v, p in zip(chosen, voices, paths, strict=True) if not p.exists()]
    _say_with_piper([(text, path) for text, voice, path in missing if voice == "piper"], piper)
    for text, voice, path in missing:
        if voice != "piper":
            raw = path.with_suffix(".wav")
            subprocess.run(["espeak-ng", "-v", voice, "-w", str(raw), text], check=True, capture_output=True)
            _keep(raw, path)
    out = []
    for number, (sentence, voice, path) in enumerate(zip(chosen, voices, paths, strict=True)):
        audio, is_noisy = np.asarray(soundfile.read(path, dtype="float32")[0]), number // 4 % 2 == 1
        if is_noisy:
            audio = _in_noise(audio, load_clip(noises[number % len(noises)]), number)
        out.append(Said(sentence, audio, voice, is_noisy))
    return out


def _say_with_piper(wanted: Sequence[tuple[str, Path]], piper: Sequence[str]) -> None:
    """All in one run: most of its time is the loading of the voice."""
    if not wanted:
        return
    with tempfile.TemporaryDirectory() as scratch:
        texts, out = Path(scratch) / "texts.txt", Path(scratch) / "out"
        texts.write_text("".join(f"{text}\n" for text, _ in wanted), encoding="utf-8")
        subprocess.run([*piper, "-i", str(texts), "-d", str(out)], check=True, capture_output=True)
        raws = sorted(out.glob("*.wav"), key=lambda path: int(path.stem))  # named by a clock that only rises
        for raw, (_, path) in zip(raws, wanted, strict=True):
            _keep(raw, path)


def _keep(raw: Path, path: Path) -> None:
    """The WAV as FLAC at 16 kHz; the WAV is removed."""
    audio, rate = soundfile.read(raw, dtype="float32")
    raw.unlink()
    partial = path.with_suffix(".partial")
    soundfile.write(partial, soxr.resample(audio, rate, SAMPLE_RATE), SAMPLE_RATE, format="FLAC")
    partial.replace(path)


def _read(data: Path, split: str) -> Iterator[Sentence]:
    for corpus in ("snips", "nlu-evaluation"):
        for line in (data / "nlu-text" / corpus / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text, domain = plain_words(row["text"]), _domain(row)
            is_sayable = all(c.isascii() and (c.isalpha() or c in " '") for c in text)
            if domain and is_sayable and 3 <= len(text.split()) <= _MOST_WORDS:
                yield Sentence(text, domain, tuple(_names(row)))


def _domain(row: dict[str, object]) -> str | None:
    intent, scenario = str(row["intent"]), str(row.get("scenario", ""))
    if intent in _LEFT_OUT:
        return None
    return _SNIPS.get(intent) or _INTENTS.get(intent) or _SCENARIOS.get(scenario, OTHER)


def _names(row: dict[str, object]) -> Iterator[str]:
    slots, tags, tokens = row.get("slots", []), row.get("tags", []), row.get("tokens", [])
    assert isinstance(slots, list) and isinstance(tags, list) and isinstance(tokens, list)
    values = [str(slot["value"]) for slot in slots]
    for tag, token in zip(tags, tokens, strict=True):
        if tag.startswith("B-"):
            values.append(token)
        elif tag.startswith("I-"):
            values[-1] += f" {token}"
    yield from (plain_words(value) for value in values if plain_words(value))


def _in_noise(audio: np.ndarray, noise: np.ndarray, seed: int) -> np.ndarray:
    """The noise, from a place drawn by chance, repeated where it is too short, 10 dB below the speech."""
    start = random.Random(seed).randrange(len(noise))
    over = np.resize(np.roll(noise, -start), len(audio))
    gain = np.sqrt(np.mean(audio**2) / max(1e-12, float(np.mean(over**2)))) * 10 ** (-SNR_DB / 20)
    mixed = audio + gain * over
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max()) / 0.99), np.float32)
