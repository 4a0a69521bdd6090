"""Is somebody speaking: ROC AUC of our `speech` head against Silero VAD v6, on held-out mixtures and meetings.

python benchmarks/vad.py --model DIR --data DIR --out vad.json [--twin DIR]

Mixtures: speech of librispeech-mini dev, asterisk-prompts test and emodb test with pauses, noise of the test split at
-5 to 20 dB, a test room half of the time, 10 to 20 s each, seeded; `common/mixtures.py` says how frames are labelled.
Meetings: ami-mini dev with its own who-speaks-when. Both systems are read on the same grid of 10 ms against the same
labels; frames within 50 ms of a change are also left out once ("clear frames"), where labels are uncertain.
Silero is causal (it hears nothing after its 32 ms), ours hears the whole clip.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.corpora import clips_of
from common.mixtures import GRID, Mixture, mix
from common.run import Table, progress, run
from common.stats import Spread, auc, bootstrap, equal_error
from common.twins import arguments_with_twins, twin_of_task
from peers.ours import session
from peers.silero import FRAME_SHIFT_S, Silero

SNRS_DB = (-5.0, 0.0, 5.0, 10.0, 20.0)
MIXTURES_PER_SNR = 24
COLLAR = 5  # 10 ms frames on both sides of a change
OURS = "allears"

Listen = Callable[[np.ndarray], np.ndarray]
"""(S,) at 16 kHz -> speech probability of every 10 ms, (F,)."""


def measure(args: argparse.Namespace) -> dict[str, Any]:
    listeners = _listeners(args)
    groups = {f"{snr:g} dB": _mixtures(args, snr) for snr in SNRS_DB}
    every = [mixture for group in groups.values() for mixture in group]
    groups |= {"all, dry": [m for m in every if not m.in_room], "all, in a room": [m for m in every if m.in_room]}
    groups["all mixtures"] = every
    meetings = clips_of(args.data, "ami-mini", "dev")
    groups["AMI meetings (dev)"] = [read_meeting(clip, args.data / "ami-mini") for clip in meetings]
    groups = {name: group for name, group in groups.items() if group}
    heard = _hear_all(groups, listeners)
    results: dict[str, Any] = {}
    rows = []
    for group, mixtures in groups.items():
        results[group] = {
            name: _scores(mixtures, [kept[id(m)] for m in mixtures], args.seed) for name, kept in heard.items()
        }
        rows += [_row(group, mixtures, name, results[group][name]) for name in listeners]
    table: Table = {
        "title": "Speech or not, every 10 ms",
        "columns": [
            "set",
            "files",
            "minutes",
            "speech %",
            "system",
            "ROC AUC % (95 %)",
            "clear frames, AUC %",
            "EER %",
        ],
        "rows": rows,
        "notes": ["Interval: bootstrap over recordings. Clear frames: not within 50 ms of a change of label."],
    }
    return {"results": results, "tables": [table]}


def _listeners(args: argparse.Namespace) -> dict[str, Listen]:
    ours = session(args, ["speech"])
    listeners: dict[str, Listen] = {} if ours is None else {OURS: _by(ours)}
    listeners |= {name: _by(one) for name, one in twin_of_task(args, "speech").items()}
    if args.ours_only:
        return listeners
    silero = Silero()
    listeners[silero.name] = lambda audio: on_grid(silero.probabilities(audio), FRAME_SHIFT_S, len(audio) // GRID)
    return listeners


def _by(heard: Session) -> Listen:
    def listen(audio: np.ndarray) -> np.ndarray:
        spans = heard.hear(audio, sample_rate=SAMPLE_RATE, tasks=["speech"]).answers["speech"]
        return on_grid(np.asarray(spans.probabilities), spans.frame_shift_s, len(audio) // GRID)

    return listen


def on_grid(probabilities: np.ndarray, frame_shift_s: float, count: int) -> np.ndarray:
    """Probabilities of frames of any length, read in the middle of each 10 ms frame, (count,)."""
    middles_s = (np.arange(count) + 0.5) * GRID / SAMPLE_RATE
    index = np.minimum((middles_s / frame_shift_s).astype(int), len(probabilities) - 1)
    return probabilities[index]


def _mixtures(args: argparse.Namespace, snr_db: float) -> list[Mixture]:
    speech = [
        *clips_of(args.data, "librispeech-mini", "dev"),
        *clips_of(args.data, "asterisk-prompts", "test"),
        *clips_of(args.data, "emodb", "test"),
    ]
    noises, rooms = clips_of(args.data, "noise", "test"), clips_of(args.data, "rirs", "test")
    rng = random.Random(f"{args.seed} {snr_db}")
    by_source: dict[str | None, list[Clip]] = {}
    for clip in speech:
        by_source.setdefault(clip.source, []).append(clip)
    sources = sorted(by_source, key=str)
    count = args.limit or MIXTURES_PER_SNR
    return [mix(rng, by_source[sources[i % len(sources)]], noises, rooms, snr_db) for i in range(count)]


def read_meeting(clip: Clip, folder: Path) -> Mixture:
    """A meeting and its labels: speech is where the RTTM has anybody."""
    audio = load_clip(clip)
    is_speech = np.zeros(len(audio) // GRID, bool)
    for line in (folder / clip.labels["rttm"]).read_text().splitlines():
        fields = line.split()
        if fields and fields[0] == "SPEAKER":
            start_s, duration_s = float(fields[3]), float(fields[4])
            is_speech[round(start_s * 100) : round((start_s + duration_s) * 100)] = True
    return Mixture(audio, is_speech, np.inf, in_room=True)


def _hear_all(
    groups: Mapping[str, Sequence[Mixture]], listeners: Mapping[str, Listen]
) -> dict[str, dict[int, np.ndarray]]:
    """Probabilities by system and mixture (each is heard once, however many groups it is in)."""
    every = {id(m): m for group in groups.values() for m in group}
    heard: dict[str, dict[int, np.ndarray]] = {name: {} for name in listeners}
    for number, (key, mixture) in enumerate(every.items(), start=1):
        for name, listen in listeners.items():
            heard[name][key] = listen(mixture.audio)
        if number % 10 == 0:
            progress(f"vad: {number}/{len(every)}")
    return heard


def _scores(mixtures: Sequence[Mixture], heard: Sequence[np.ndarray], seed: int) -> dict[str, Any]:
    labels, scores = np.concatenate([m.is_speech for m in mixtures]), np.concatenate(heard)
    owner = np.repeat(np.arange(len(mixtures)), [len(m.is_speech) for m in mixtures])
    clear = np.concatenate([_is_clear(m.is_speech) for m in mixtures])
    spread = bootstrap(lambda w: auc(scores, labels, w[owner]), len(mixtures), seed=seed, resamples=300)
    return {"auc": asdict(spread), "auc_clear": auc(scores[clear], labels[clear]), "eer": equal_error(scores, labels)}


def _is_clear(labels: np.ndarray) -> np.ndarray:
    clear = np.ones(len(labels), bool)
    for change in np.flatnonzero(np.diff(labels.astype(np.int8))) + 1:
        clear[max(0, change - COLLAR) : change + COLLAR] = False
    return clear


def _row(group: str, mixtures: Sequence[Mixture], name: str, found: Mapping[str, Any]) -> list[str]:
    frames = sum(len(m.is_speech) for m in mixtures)
    share = sum(int(m.is_speech.sum()) for m in mixtures) / frames
    return [
        group, str(len(mixtures)), f"{frames / 6000:.1f}", f"{100 * share:.0f}", name,
        Spread(**found["auc"]).percent(2), f"{100 * found['auc_clear']:.2f}", f"{100 * found['eer']:.1f}",
    ]  # fmt: skip


if __name__ == "__main__":
    run("vad", arguments_with_twins(__doc__).parse_args(), measure)
