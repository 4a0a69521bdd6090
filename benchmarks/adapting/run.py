"""Adapt allears-base to languages, an accent and translations, run after run; what is finished is skipped.

    python benchmarks/adapting/run.py --data DIR --work WORK --budget-minutes 120     # again to go on
    python benchmarks/adapting/report.py WORK

DIR has the unpacked corpora, `fillets` among them (`allears data prepare fillets`). `--targets cs --minutes 5 --methods
zero-shot lora-decoder --steps 5 --limit 8` is a quick look (in a work folder of its own). Each run leaves
`WORK/runs/TARGET/MINUTES/METHOD/seed-N/result.json`, and beside it what was written of the target's clips.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scripts' folder: run as a file, this one has its own

import torch

from adapting.measured import measure_adapted, measure_scratch, write_run_adapter
from adapting.plan import METHODS, SCRATCH, ZERO_SHOT, Run, plan
from adapting.settings import recipe_of
from adapting.subsets import ALL, minutes_of, prepare, train_path
from adapting.targets import TARGETS, target_of
from allears.runtime.model_folder import ModelFolder
from common.run import leave, machine, progress, training_arguments, versions, write_json
from common.trained import RESULT, cpu_s, do_the_rest, train_once

TEXTS = "texts.json"


def main(argv: Sequence[str] | None = None) -> int:
    """0: all runs are there. 1: some failed. 3: time is up, or the user stopped it; the same command goes on."""
    args = _arguments().parse_args(argv)
    torch.set_num_threads(args.threads)
    args.work, args.model = args.work.resolve(), ModelFolder(args.model).path
    targets = [target_of(name) for name in args.targets]
    prepare(args.data, args.work, targets, args.minutes, args.seeds, limit=args.limit)
    there = {target.name: minutes_of(train_path(args.work, target, ALL, 0)) for target in targets}
    runs = plan(targets, args.minutes, args.seeds, there, args.methods)
    return do_the_rest(runs, args.work, lambda _, run: do(run, there[run.target], args), args.budget_minutes)


def do(run: Run, there: float, args: argparse.Namespace) -> bool:
    """One run, trained and measured. False if it was stopped."""
    folder, target = args.work / "runs" / run.key, target_of(run.target)
    speech = minutes_of(train_path(args.work, target, run.minutes, run.seed))
    about = {
        **asdict(run), "speech_minutes": round(0.0 if run.method == ZERO_SHOT else speech, 2),
        "there": round(there, 2), "split": args.split, "threads": args.threads, "source": args.source,
    }  # fmt: skip
    if run.method == ZERO_SHOT:
        progress(f"run {run.key}")
        measured = _measured(run, folder, args)
        write_json({**about, "measured": measured, "machine": machine(), "versions": versions()}, folder / RESULT)
        progress(f"{run.key}: {_short(measured)}")
        return True
    recipe = recipe_of(run, args.work, args.model, speech=speech, steps=args.steps, device=args.device)
    return train_once(recipe, folder, lambda at: _measured(run, at, args), about)


def _measured(run: Run, folder: Path, args: argparse.Namespace) -> Mapping[str, Any]:
    """Rates, and the time that measuring took; the adapter is deleted unless it is to be kept."""
    begun_s, target = cpu_s(), target_of(run.target)
    manifest = args.work / "data" / run.target / f"{args.split}.jsonl"
    if not manifest.is_file():
        raise ValueError(f"{run.target} has no clips of split {args.split}: measure it on test")
    if run.method == SCRATCH:
        found = measure_scratch(folder, manifest)
    else:
        adapter = None if run.method == ZERO_SHOT else write_run_adapter(folder, args.model, target.task)
        old = args.work / "data" / "old" if target.task == "transcribe" else None
        found = measure_adapted(
            target, manifest, old, args.model, adapter, folder / TEXTS, threads=args.threads
        )  # fmt: skip
        if adapter is not None:
            found["adapter_mb"] = round(adapter.stat().st_size / 1e6, 2)
            if not args.keep_adapters:
                adapter.unlink()
    return found | {"measured_cpu_s": round(cpu_s() - begun_s, 1)}


def _short(measured: Mapping[str, Any]) -> str:
    rates = measured["target"]
    return ", ".join(f"{name} {100 * rate['value']:.1f} %" for name, rate in rates.items() if isinstance(rate, dict))


def _arguments() -> argparse.ArgumentParser:
    parser = training_arguments(str(__doc__), threads=2)
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked corpora")
    parser.add_argument("--work", type=Path, required=True, help="folder of manifests, kept frames, runs and results")
    parser.add_argument("--model", type=Path, help="allears-base, or another model folder")
    parser.add_argument("--targets", nargs="+", default=[target.name for target in TARGETS], metavar="NAME")
    parser.add_argument("--minutes", type=float, nargs="+", default=[5.0, 20.0, ALL], help="of a cell; 0 is all")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), metavar="NAME", help=f"of {', '.join(METHODS)}")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--split", choices=["dev", "test"], default="test", help="measured on")
    parser.add_argument("--budget-minutes", type=float, metavar="N", help="begin no run after so many")
    parser.add_argument("--keep-adapters", action="store_true", help="leave each run's adapter.npz")
    parser.add_argument("--steps", type=int, help="of every run, in place of the methods' own: for a quick look")
    parser.add_argument("--limit", type=int, help="clips that are measured on, each set: for a quick look")
    parser.add_argument("--source", help="what is written down as the code's version, a commit for example")
    return parser


if __name__ == "__main__":
    leave(main)
