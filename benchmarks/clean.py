"""Noise suppression: SI-SDR and DNSMOS of ours, DTLN and NSNet2 on the same held-out noisy speech.

python benchmarks/clean.py --model DIR --data DIR --out clean.json

Mixtures of 10 s: speech of librispeech-mini dev, speechocean762-test, asterisk-prompts test and emodb test with pauses,
noise of the test split at -5 to 15 dB, a test room half of the time, seeded (`common/mixtures.py`). SI-SDR is against
the voice with what the room adds within 50 ms; JSON also has it against the voice with its whole room. Peers are causal
(they hear nothing after their 20 or 32 ms), ours hears the whole clip. Times are of one thread: ours is once the whole
pass and once what cleaning adds to a pass that is made anyway.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip
from common.corpora import clips_of
from common.mixtures import Mixture, mix
from common.quality import Quality, quality
from common.run import Table, arguments, progress, run
from common.stats import bootstrap, quartiles
from peers.dtln import Dtln
from peers.nsnet2 import NsNet2
from peers.ours import session

SNRS_DB = (-5.0, 0.0, 5.0, 10.0, 15.0)
MIXTURES_PER_SNR = 20
LENGTH_S = (10.0, 10.0)
SPEECH = (("librispeech-mini", "dev"), ("speechocean762-test", "test"), ("asterisk-prompts", "test"), ("emodb", "test"))
NOISY, OURS = "as it was", "allears"

Cleaner = Callable[[np.ndarray], np.ndarray]
"""(S,) at 16 kHz -> (S,)"""


def measure(args: argparse.Namespace) -> dict[str, Any]:
    parts: list[float] = []
    cleaners = _cleaners(args, parts)
    groups = {f"{snr:g} dB": _mixtures(args, snr) for snr in SNRS_DB}
    every = [mixture for group in groups.values() for mixture in group]
    groups |= {"all, dry": [m for m in every if not m.in_room], "all, in a room": [m for m in every if m.in_room]}
    groups["all"] = every
    groups = {name: group for name, group in groups.items() if group}
    found, seconds = _clean_all(every, cleaners)
    results: dict[str, Any] = {}
    rows = []
    for group, mixtures in groups.items():
        noisy = [found[NOISY][id(m)] for m in mixtures]
        results[group] = {
            name: _scores([kept[id(m)] for m in mixtures], noisy, args.seed) for name, kept in found.items()
        }
        rows += [_row(group, len(mixtures), name, results[group][name]) for name in found]
    results["ms a clip"] = {name: asdict(quartiles([1000 * one for one in took])) for name, took in seconds.items()}
    if parts:
        results["ms a clip"]["allears, beside a pass"] = asdict(quartiles([1000 * one for one in parts]))
    quality_table: Table = {
        "title": "Noise suppression",
        "columns": ["noise", "clips", "system", "SI-SDR dB", "gain dB (95 %)", "SIG", "BAK", "OVRL (95 %)"],
        "rows": rows,
        "notes": ["SIG, BAK, OVRL: DNSMOS P.835, 1 to 5. Interval: bootstrap over clips."],
    }
    speed_table: Table = {
        "title": "Time to clean 10 s, one thread",
        "columns": ["system", "ms, median (quartiles)"],
        "rows": [[name, _spread(value)] for name, value in results["ms a clip"].items()],
        "notes": ["Beside a pass: what cleaning adds where the encoder runs for other answers anyway."],
    }
    return {"results": results, "tables": [quality_table, speed_table]}


def _cleaners(args: argparse.Namespace, parts: list[float]) -> dict[str, Cleaner]:
    """System -> what it makes of a clip; `parts` takes the seconds of ours that are not the encoder's."""
    args.threads = 1
    ours = session(args, ["clean"])
    cleaners: dict[str, Cleaner] = {}
    if ours is not None:

        def clean(audio: np.ndarray) -> np.ndarray:
            result = ours.hear(audio, sample_rate=SAMPLE_RATE)
            parts.append(
                result.compute_s["total"] - result.compute_s.get("encoder", 0.0) - result.compute_s.get("load", 0.0)
            )
            assert result.cleaned is not None
            return result.cleaned.samples

        cleaners[OURS] = clean
    for peer in () if args.ours_only else (Dtln(), NsNet2()):
        cleaners[peer.name] = peer.clean
    return cleaners


def _mixtures(args: argparse.Namespace, snr_db: float) -> list[Mixture]:
    speech: list[list[Clip]] = [clips_of(args.data, corpus, split) for corpus, split in SPEECH]
    noises, rooms = clips_of(args.data, "noise", "test"), clips_of(args.data, "rirs", "test")
    rng = random.Random(f"{args.seed} {snr_db} clean")
    count = args.limit or MIXTURES_PER_SNR
    return [mix(rng, speech[i % len(speech)], noises, rooms, snr_db, length_s=LENGTH_S) for i in range(count)]


def _clean_all(
    mixtures: Sequence[Mixture], cleaners: Mapping[str, Cleaner]
) -> tuple[dict[str, dict[int, Quality]], dict[str, list[float]]]:
    """Quality by system and mixture, and the seconds each took."""
    found: dict[str, dict[int, Quality]] = {name: {} for name in (NOISY, *cleaners)}
    seconds: dict[str, list[float]] = {name: [] for name in cleaners}
    for cleaner in cleaners.values():
        cleaner(mixtures[0].audio)  # loading is not cleaning
    for number, mixture in enumerate(mixtures, start=1):
        assert mixture.early is not None and mixture.voice is not None
        found[NOISY][id(mixture)] = quality(mixture.audio, mixture.early, mixture.voice)
        for name, clean in cleaners.items():
            began = time.perf_counter()
            cleaned = clean(mixture.audio)
            seconds[name].append(time.perf_counter() - began)
            found[name][id(mixture)] = quality(cleaned, mixture.early, mixture.voice)
        if number % 10 == 0:
            progress(f"clean: {number}/{len(mixtures)}")
    return found, seconds


def _scores(found: Sequence[Quality], noisy: Sequence[Quality], seed: int) -> dict[str, Any]:
    """Means with their intervals."""
    columns = {name: np.array([getattr(one, name) for one in found]) for name in Quality.__dataclass_fields__}
    for name in ("early_db", "voice_db"):
        columns[f"{name}_gain"] = columns[name] - np.array([getattr(one, name) for one in noisy])
    return {
        name: asdict(bootstrap(lambda w, v=values: float(w @ v / w.sum()), len(values), seed=seed))  # type: ignore[misc]
        for name, values in columns.items()
    }


def _row(group: str, count: int, name: str, scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    gain = "" if name == NOISY else _spread(scores["early_db_gain"])
    return [
        group, str(count), name, f"{scores['early_db']['value']:.1f}", gain, f"{scores['sig']['value']:.2f}",
        f"{scores['bak']['value']:.2f}", _spread(scores["ovrl"], 2),
    ]  # fmt: skip


def _spread(value: Mapping[str, float], digits: int = 1) -> str:
    middle, low, high = (f"{value[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{middle} ({low} to {high})"


if __name__ == "__main__":
    run("clean", arguments(__doc__).parse_args(), measure)
