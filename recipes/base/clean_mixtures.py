"""Noisy speech, what it should sound like, and what the frozen encoder hears in it: what the head `clean` learns from.

    python recipes/base/clean_mixtures.py --model src/allears/models/allears-base --out $ALLEARS_WORK/clean

In: the train splits under $ALLEARS_DATA. Out: `audio.npy` (N, 2, S) int16, noisy and wanted, and `layers.npy`
(N, K, T, D) float16, layers `LAYERS` of the encoder. Deterministic by seed; a run that was cut off goes on.

Speech of 3 s is put into a room (two fifths of the time) and under noise at -5 to 20 dB. Wanted is the voice with what
the room adds within 50 ms of the direct sound, which the ear takes as part of it; the tail and the noise are to go.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
from pathlib import Path

import numpy as np
import onnxruntime as ort

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.augment.level import active_power, power
from allears.data.augment.noise import fit_length
from allears.data.augment.room import convolve_room, fast_length, prepare_room
from allears.data.manifest import Clip, read_manifest

LAYERS = (1, 3, 6)  # low ones hear sounds, the last one hears words
LENGTH = 3 * SAMPLE_RATE
FRAMES = LENGTH // 320
EARLY = SAMPLE_RATE // 20  # 50 ms
SNR_DB = (-5.0, 20.0)
LEVEL_DB = (-38.0, -18.0)  # of the speech, dB re full scale
ROOM_PROBABILITY, SECOND_NOISE_PROBABILITY = 0.4, 0.3
NOISE_ONLY, SPEECH_ONLY, COLOURED, BABBLE = 0.03, 0.05, 0.08, 0.04
NOISE_SPEED, TILT_DB = (0.7, 1.4), 8.0
CORPORA = {
    "librispeech-mini": 4.0,
    "speechocean762-train": 2.5,
    "asterisk-prompts": 3.0,
    "emodb": 0.7,
    "spoken-digits": 0.3,
    "precise-community": 0.3,
    "wake-words": 0.4,
}  # how often each is drawn
ROOMS = ("spreader", "speechbrain_rir1", "speechbrain_rir2", "speechbrain_rir3", "lhotse_sim_1ch",
         "audiomentations_impulse_response_0", "audiomentations_stereo_impulse_response")  # fmt: skip


def train_clips(corpus: str) -> list[Clip]:
    clips = read_manifest(Path(os.environ["ALLEARS_DATA"]) / corpus / "manifest.jsonl")
    return [clip for clip in clips if clip.split == "train" and clip.licence != "GPL-2.0"]


@functools.cache
def _samples(clip_path: str) -> np.ndarray:
    """A whole file as int16: an hour is 115 MB."""
    return np.round(load_clip(Clip(clip_path, Path(clip_path))) * 32767).astype(np.int16)


def load(clip: Clip) -> np.ndarray:
    """(S,) float64."""
    return _samples(str(clip.audio)) / 32767.0


class Mixer:
    """Draws pairs (noisy, wanted), (2, S) float32."""

    def __init__(self) -> None:
        self.speech = {name: train_clips(name) for name in CORPORA}
        self.noises = train_clips("noise")
        rooms = [clip for clip in train_clips("rirs") if clip.labels.get("room") in ROOMS]
        self.rooms = [load_clip(clip).astype(np.float64) for clip in rooms]

    def draw(self, seed: int) -> np.ndarray:
        rng, pick = np.random.default_rng(seed), random.Random(seed)
        dry = self._speech(rng, pick)
        full, early = self._room(dry, pick) if pick.random() < ROOM_PROBABILITY else (dry, dry)
        level = 10 ** (pick.uniform(*LEVEL_DB) / 20) / max(1e-6, np.sqrt(active_power(full)))
        full, early = full * level, early * level
        kind = pick.random()
        if kind < SPEECH_ONLY:
            noise = rng.standard_normal(LENGTH) * 1e-5
        else:
            noise = self._noise(rng, pick)
            snr_db = pick.uniform(*SNR_DB)
            noise = noise * np.sqrt(active_power(full) * 10 ** (-snr_db / 10) / max(power(noise), 1e-12))
        if kind > 1 - NOISE_ONLY:
            full, early = np.zeros(LENGTH), np.zeros(LENGTH)
        pair = np.stack([full + noise, early])
        return (pair * min(1.0, 0.99 / max(1e-9, float(np.abs(pair).max())))).astype(np.float32)

    def _speech(self, rng: np.random.Generator, pick: random.Random) -> np.ndarray:
        """Clips one after another with pauses, 3 s, cut anywhere."""
        corpus = pick.choices(list(CORPORA), list(CORPORA.values()))[0]
        pieces: list[np.ndarray] = [np.zeros(int(pick.uniform(0, 0.6) * SAMPLE_RATE))]
        while sum(map(len, pieces)) < LENGTH:
            clip = load(pick.choice(self.speech[corpus]))
            if len(clip) > LENGTH:
                start = pick.randrange(len(clip) - LENGTH)
                clip = clip[start : start + LENGTH]
            clip = clip / max(1e-4, np.sqrt(active_power(clip)))
            pieces += [clip, np.zeros(int(pick.uniform(0.1, 0.7) * SAMPLE_RATE))]
        return np.concatenate(pieces)[:LENGTH]

    def _room(self, dry: np.ndarray, pick: random.Random) -> tuple[np.ndarray, np.ndarray]:
        """The voice in a room, and with its early sound alone, at the same level."""
        response, direct = prepare_room(pick.choice(self.rooms))
        size = fast_length(len(dry) + len(response))
        spectrum = np.fft.rfft(dry, size)
        early = response.copy()
        early[direct + EARLY :] = 0.0
        heard = [
            np.fft.irfft(spectrum * np.fft.rfft(r, size), size)[direct : direct + LENGTH] for r in (response, early)
        ]
        return heard[0], heard[1]

    def _noise(self, rng: np.random.Generator, pick: random.Random) -> np.ndarray:
        kind = pick.random()
        if kind < COLOURED:
            return _coloured(rng.standard_normal(LENGTH), pick.uniform(0.0, 2.0))
        if kind < COLOURED + BABBLE:
            return np.sum([self._speech(rng, pick) for _ in range(5)], axis=0)
        noise = self._one_noise(rng, pick)
        if pick.random() < SECOND_NOISE_PROBABILITY:
            second = self._one_noise(rng, pick)
            noise = noise / np.sqrt(power(noise) + 1e-12)
            noise = noise + second / np.sqrt(power(second) + 1e-12) * 10 ** (-pick.uniform(0, 10) / 20)
        return noise

    def _one_noise(self, rng: np.random.Generator, pick: random.Random) -> np.ndarray:
        """A stretch of a recording, faster or slower, brighter or duller than it was."""
        recording = load(pick.choice(self.noises))
        speed = pick.uniform(*NOISE_SPEED)
        recording = np.interp(np.arange(0, len(recording) - 1, speed), np.arange(len(recording)), recording)
        noise = fit_length(recording, LENGTH, rng)
        if pick.random() < 0.3 and self.rooms:
            noise = convolve_room(noise.astype(np.float32), pick.choice(self.rooms)).astype(np.float64)
        spectrum = np.fft.rfft(noise)
        tilt = 10 ** (pick.uniform(-TILT_DB, TILT_DB) / 20 * np.linspace(-1, 1, len(spectrum)))
        return np.fft.irfft(spectrum * tilt, LENGTH)


def _coloured(white: np.ndarray, exponent: float) -> np.ndarray:
    """Noise whose power falls as 1 / f ** `exponent`: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(white)
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (exponent / 2)
    spectrum[:40] = 0.0
    return np.fft.irfft(spectrum, len(white))


def _open(path: Path, shape: tuple[int, ...], dtype: type) -> np.memmap:
    mode = "r+" if path.exists() else "w+"
    return np.lib.format.open_memmap(
        path, mode, dtype=None if mode == "r+" else dtype, shape=None if mode == "r+" else shape
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    encoder = ort.InferenceSession(str(args.model / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
    mixer, done = Mixer(), args.out / "done.txt"
    first = int(done.read_text()) if done.exists() else 0
    audio = _open(args.out / "audio.npy", (args.count, 2, LENGTH), np.int16)
    layers = _open(args.out / "layers.npy", (args.count, len(LAYERS), FRAMES, 512), np.float16)
    for number in range(first, args.count):
        pair = mixer.draw(args.seed * 1_000_003 + number)
        audio[number] = np.round(pair * 32767)
        heard = audio[number, 0].astype(np.float32) / 32767
        layers[number] = encoder.run(["layers"], {"audio": heard[None]})[0][list(LAYERS), 0, :FRAMES]
        if (number + 1) % 50 == 0:
            done.write_text(str(number + 1))
            print(f"{number + 1}/{args.count}", flush=True)


if __name__ == "__main__":
    main()
