"""Train and measure the whole table of nEMO, run after run; what is finished is skipped, so that one can go on.

    python benchmarks/nemo_five_tasks/run.py --data DIR --work DIR

Each run leaves `WORK/runs/ENCODER/METHOD/seed-N/result.json`; `report.py WORK` makes tables of what is there.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scripts' folder: run as a file, this one has its own

import torch

from allears.train.measure import measure
from allears.train.run import run_recipe
from common.run import leave, machine, progress, training_arguments, versions, write_json
from common.trained import RESULT, do_the_rest
from nemo_five_tasks import upper_whisper  # noqa: F401 (registers the encoder)
from nemo_five_tasks.folds import fold_of, prepare
from nemo_five_tasks.plan import EQUAL, TASKS, Run, plan, recipe_of
from nemo_five_tasks.results import best_factor, criterion


def main(argv: Sequence[str] | None = None) -> int:
    """0: all runs are there. 1: some failed. 3: time is up, or the user stopped it; the same command goes on."""
    args = _arguments().parse_args(argv)
    torch.set_num_threads(args.threads)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    os.environ["NEMO_WORK"] = str(args.work.resolve())
    if "whisper" in args.encoders:
        os.environ["ALLEARS_WHISPER_HF"] = str(_whisper(args))
    counts = prepare(args.data / "nemo-nc", args.work, args.limit)
    progress("clips: " + ", ".join(f"{part} {count}" for part, count in counts.items() if part.startswith("fold-0")))
    runs = plan(args.encoders, args.seeds, lambda e, m: best_factor(args.work, e, m), balancers=args.balancers,
                sharings=args.sharings, longer=args.longer)  # fmt: skip

    def do(number: int, run: Run) -> bool:
        progress(f"run {number}: {run.key}")
        return train_and_measure(run, args.work / "runs" / run.key, args)

    return do_the_rest(runs, args.work, do, args.minutes)


def train_and_measure(run: Run, folder: Path, args: argparse.Namespace) -> bool:
    """One run; its weights are deleted once they are measured (the whole table's would be 20 GB). False if stopped."""
    shutil.rmtree(folder, ignore_errors=True)  # a run that was cut off is done anew: its time would not be known
    fold = fold_of(run.seed)
    recipe = recipe_of(run, fold=fold, steps=args.steps, device=args.device)
    load, wall_s, cpu_s = os.getloadavg()[0], time.monotonic(), _cpu_s()
    outcome = run_recipe(recipe, folder)
    wall_s, cpu_s = time.monotonic() - wall_s, _cpu_s() - cpu_s
    if not outcome.is_finished:
        return False
    where = args.work / f"fold-{fold}"
    test = measure(folder, manifest=str(where / "test.jsonl"))
    known = measure(folder, manifest=str(where / "known.jsonl")) if "transcribe" in recipe.tasks else {}
    dev = measure(folder, manifest=str(where / "dev.jsonl")) if run.is_tuning else {}
    events = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    facts: dict[str, Any] = {
        "encoder": run.encoder, "method": run.title, "longer": run.longer, "seed": run.seed, "factor": run.factor,
        "fold": fold,
        "steps": outcome.step, "test": test, "known": known, "dev": dev,
        "parameters": events[0]["parameters"], "trained_s": round(wall_s, 1), "trained_cpu_s": round(cpu_s, 1),
        "step_s": _mean([event["step_s"] for event in events if event["event"] == "train"]),
        "threads": args.threads, "device": events[0]["device"], "machine": machine(), "versions": versions(),
        "load_before": round(load, 1), "source": args.source,
    }  # fmt: skip
    write_json(facts, folder / RESULT)
    shutil.rmtree(folder / "checkpoints")
    said = f"{cpu_s:.0f} s of CPU; test: " + json.dumps({t: test[t] for t in TASKS if t in test})
    progress(said + (f"; dev criterion {criterion(dev):.4f}" if run.title == EQUAL and dev else ""))
    return True


def _cpu_s() -> float:
    """CPU seconds of this process, all threads: what a busy machine does not change much."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _whisper(args: argparse.Namespace) -> Path:
    given = args.whisper_hf or os.environ.get("ALLEARS_WHISPER_HF")
    if given is None:
        raise ValueError("the encoder whisper needs Whisper base: --whisper-hf DIR (or ALLEARS_WHISPER_HF)")
    return Path(given).resolve()


def _arguments() -> argparse.ArgumentParser:
    parser = training_arguments(str(__doc__), threads=2)
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked corpora (nemo-nc in it)")
    parser.add_argument("--work", type=Path, required=True, help="folder of splits, kept frames, runs and results")
    parser.add_argument("--whisper-hf", type=Path, help="Whisper base, a Hugging Face folder")
    parser.add_argument("--encoders", nargs="+", default=["cnn-bilstm", "whisper"], choices=["cnn-bilstm", "whisper"])
    parser.add_argument("--sharings", nargs="*", metavar="KIND", help="besides hard; all if left out")
    parser.add_argument("--balancers", nargs="*", metavar="KIND", help="besides fixed; all if left out")
    parser.add_argument("--longer", nargs="*", metavar="METHOD", default=["equal", "sharing/hierarchical"],
                        help="methods run again with 2.5 times the steps, when all else is done")  # fmt: skip
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="of weights and order, and the fold")
    parser.add_argument("--minutes", type=float, help="begin no run after so many")
    parser.add_argument("--steps", type=int, help="of every run, in place of the recipes' own: for a quick look")
    parser.add_argument("--limit", type=int, help="clips a part, for a quick look")
    parser.add_argument("--source", help="what is written down as the code's version, a commit for example")
    return parser


if __name__ == "__main__":
    leave(main)
