"""Train and measure dialects together, tied and apart, run after run; what is finished is skipped.

    python benchmarks/voice_sharing/run.py --taught TAUGHT --work WORK
    python benchmarks/voice_sharing/report.py WORK

TAUGHT is what `recipes/voice/teach.py` and `describe.py` wrote. `--steps 20 --limit 8 --minutes 1` is a quick look (in
a work folder of its own). Each run leaves `WORK/runs/METHOD/DIALECT/MINUTES/seed-N/result.json`. Measured on the clips
and words of split dev, of each dialect that the run has learned: mel-cepstral distortion, F0 error, voicing error,
error of durations (`allears/scoring/voice.py`; the model speaks freely), and the phone error of unseen words.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scripts' folder: run as a file, this one has its own

import torch

from allears.data.manifest import read_manifest
from allears.train.checkpoint import load_model
from allears.train.measure import measure
from allears.transfer.voice.measure import VoiceMeter
from allears.voice_spec import read_voice_spec
from common.run import leave, progress, training_arguments
from common.trained import train_once
from voice_sharing.clips import prepare
from voice_sharing.plan import ALL, METHODS, OTHERS, plan, recipe_of

KINDS = {kind: kind for kind in ("duration", "pitch", "energy", "spectrum")}
_TEST_CLIPS = 50  # of a dialect
_TEST_WORDS = 2_000


def main(argv: Sequence[str] | None = None) -> int:
    """0: all runs are there. 3: time is up, or the user stopped it; the same command goes on."""
    args = _arguments().parse_args(argv)
    torch.set_num_threads(args.threads)
    data = args.work.resolve() / "data"
    found = prepare(args.taught, data, args.minutes, args.limit)
    progress("to learn from: " + ", ".join(f"{dialect} {amount:.1f} minutes" for dialect, amount in found.items()))
    dialects = args.dialects or sorted(found)
    if len(dialects) < 3:
        progress(f"only {len(dialects)} dialects have speech: the question was asked of three")
    begun_s = time.monotonic()
    for run in plan(dialects, args.minutes, args.seeds, args.methods):
        if args.hours is not None and time.monotonic() - begun_s > 3600 * args.hours:
            progress(f"{args.hours:g} hours are over; the same command goes on")
            return 3
        recipe = recipe_of(run, data, args.work.resolve(), steps=args.steps, device=args.device)
        tested = [] if run.method == OTHERS else list(run.dialects) if run.is_for_all else [run.dialect]
        about = {**asdict(run), "minutes_found": found, "threads": args.threads}
        is_whole = train_once(
            recipe, args.work / "runs" / run.key, lambda at, tested=tested: _scores(at, data, tested), about,
            keeps_weights=run.method == OTHERS,
        )  # fmt: skip
        if not is_whole:
            return 3
    return 0


def _scores(folder: Path, data: Path, dialects: Sequence[str]) -> Mapping[str, Any]:
    """Dialect -> measure -> value."""
    if not dialects:
        return {}
    model, spec = load_model(folder), read_voice_spec(data / "voice.json")
    found = {}
    for dialect in dialects:
        clips = [c for c in read_manifest(data / "speech.jsonl") if c.split == "dev" and c.labels["accent"] == dialect]
        scores = asdict(VoiceMeter(clips[:_TEST_CLIPS], spec, KINDS).measure(model))
        words = f"{{manifest: {data}/letters.jsonl, split: dev, where: {{accent: {dialect}}}, limit: {_TEST_WORDS}}}"
        spelt = measure(folder, overrides=[f"data.dev=[{words}]"])
        found[dialect] = scores | {"phone_error": spelt.get("pronounce", {}).get("phone_error_rate")}
    return found


def _arguments() -> argparse.ArgumentParser:
    parser = training_arguments(str(__doc__), threads=2)
    parser.add_argument("--taught", type=Path, nargs="+", required=True, help="folders that describe.py wrote")
    parser.add_argument("--work", type=Path, required=True, help="folder of manifests, runs and results")
    parser.add_argument("--dialects", nargs="+", help="all that have speech if left out")
    parser.add_argument("--minutes", type=float, nargs="+", default=[5.0, 30.0, ALL], help="of a cell; 0 is all")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), help=f"of {', '.join(METHODS)}")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--hours", type=float, help="begin no run after so many")
    parser.add_argument("--steps", type=int, help="of every run, in place of the recipe's own: for a quick look")
    parser.add_argument("--limit", type=int, help="rows a dialect, split and manifest, for a quick look")
    return parser


if __name__ == "__main__":
    leave(main)
