"""Phone error of words that no model has seen: dialects in one model against one model each.

    python benchmarks/pronounce.py --taught TAUGHT --work WORK --out pronounce.json     # again to go on

TAUGHT is what `recipes/voice/describe.py` wrote: `letters.jsonl` holds misaki's dictionaries (Apache-2.0), US and GB;
one word in 20, the same ones in both, is held out. The text encoder reads letters with the dialect as a condition, the
task `pronounce` spells phones with CTC. `joint` learns both dialects in one model; `joint + masked-phones` also a
language model of phones, from sentences without sound; `separate` is a model a dialect, each with its share of the
steps, so that every row has seen each dictionary equally often.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.train.measure import measure
from allears.voice_spec import read_voice_spec
from common.run import Table, command_line, leave, machine, progress, training_arguments, versions, write_json
from common.trained import read_all, train_once

JOINT, JOINT_LM, SEPARATE = "joint", "joint + masked-phones", "separate"
HELD_OUT = 5  # percent of the words
_LM_WEIGHT = 0.3


@dataclass(frozen=True)
class Run:
    """One training. `dialects`: that it learns; `share`: of the steps that it gets."""

    method: str
    dialects: tuple[str, ...]
    share: float
    seed: int

    @property
    def key(self) -> str:
        """Its folder."""
        name = self.method.replace(" + ", "-")
        return f"{name}{'-' + self.dialects[0] if self.method == SEPARATE else ''}/seed-{self.seed}"


def plan(dialects: Sequence[str], seeds: Sequence[int], *, has_sentences: bool) -> Iterator[Run]:
    """All runs, seed by seed."""
    for seed in seeds:
        yield Run(JOINT, tuple(dialects), 1.0, seed)
        for dialect in dialects:
            yield Run(SEPARATE, (dialect,), 1 / len(dialects), seed)
        if has_sentences:
            yield Run(JOINT_LM, tuple(dialects), 1.0, seed)


def recipe_of(run: Run, taught: Path, *, steps: int, words: int | None, device: str = "auto") -> Recipe:
    """The recipe of a run.

    Args:
        run: what to train.
        taught: folder of the manifests.
        steps: of a joint run.
        words: at most, for a quick look.
        device: `auto`, `cpu` or `cuda`.
    """
    spec = str(taught / "voice.json")
    own = {"accent": list(run.dialects)}
    letters = {"manifest": str(taught / "letters.jsonl"), "split": "train", "where": own, "limit": words}
    train: list[dict[str, Any]] = [letters]
    tasks: dict[str, Any] = {"pronounce": {"spec": spec, "hidden": 128}}
    weights = {"pronounce": 1.0}
    num_steps = max(1, round(steps * run.share))
    if run.method == JOINT_LM:
        train.append({"manifest": str(taught / "phones.jsonl"), "split": "train", "where": own, "weight": 0.2})
        tasks["masked-phones"], weights["masked-phones"] = {"spec": spec}, _LM_WEIGHT
    return parse_recipe(
        {
            "name": run.key.replace("/", "-"), "seed": run.seed, "device": device,
            "data": {"input": {"kind": "phones", "spec": spec, "hide": 0.15}, "train": train,
                     "max_batch_s": 128, "max_clips": 128},
            "encoder": {"kind": "text", "dim": 128, "depth": 3, "dropout": 0.1},
            "tasks": tasks, "balance": {"kind": "fixed", "weights": weights},
            "optim": {"num_steps": num_steps, "lr": 2e-3, "warmup_steps": num_steps // 10},
            "ema": 0.99, "evaluate": {"every_steps": num_steps}, "checkpoint": {"every_steps": num_steps, "keep": 1},
        },
        run.key,
    )  # fmt: skip


def held_out(taught: Path, work: Path, dialects: Sequence[str], limit: int | None) -> dict[str, Path]:
    """Dialect -> manifest of its held-out words, evenly so many at most."""
    rows: dict[str, list[str]] = {dialect: [] for dialect in dialects}
    with open(taught / "letters.jsonl", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["split"] == "dev" and row["accent"] in rows:
                rows[row["accent"]].append(line)
    paths = {}
    for dialect, lines in rows.items():
        step = 1 if limit is None else max(1, -(-len(lines) // limit))
        paths[dialect] = work / f"held-out-{dialect}.jsonl"
        paths[dialect].write_text("".join(lines[::step]), encoding="utf-8")
        progress(f"{dialect}: {len(lines[::step])} held-out words")
    return paths


def table_of(results: Sequence[Mapping[str, Any]], dialects: Sequence[str]) -> Table:
    """Methods as rows, dialects as columns; the mean over seeds."""
    rows = []
    for method in (JOINT, JOINT_LM, SEPARATE):
        own = [result for result in results if result["method"] == method]
        if not own:
            continue
        found = {d: [r["measured"][d] for r in own if d in r["measured"]] for d in dialects}
        cells = [f"{100 * sum(values) / len(values):.1f}" if values else "-" for values in found.values()]
        spent = sum(r["trained_cpu_s"] for r in own) / max(1, len({r["seed"] for r in own}))
        rows.append([method, *cells, f"{spent:.0f}", str(len({r["seed"] for r in own}))])
    columns = ["", *(f"{dialect}, PER %" for dialect in dialects), "CPU s", "seeds"]
    notes = [f"Phone error rate (stress marks are phones) on the {HELD_OUT} % of each dictionary that nothing learned."]
    return {"title": "Words that no dictionary has", "columns": columns, "rows": rows, "notes": notes}


def main(argv: Sequence[str] | None = None) -> int:
    """0: all runs are there. 3: stopped; the same command goes on."""
    args = _arguments().parse_args(argv)
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    dialects = args.dialects or list(read_voice_spec(args.taught / "voice.json").dialects)
    tests = held_out(args.taught, args.work, dialects, args.limit)
    for run in plan(dialects, args.seeds, has_sentences=(args.taught / "phones.jsonl").exists()):
        recipe = recipe_of(run, args.taught.resolve(), steps=args.steps, words=args.words, device=args.device)
        about = {"method": run.method, "dialects": list(run.dialects), "seed": run.seed}
        folder = args.work / "runs" / run.key
        if not train_once(recipe, folder, lambda at, run=run: _errors(at, run, tests), about):
            return 3
    table = table_of(read_all(args.work), dialects)
    report = {"benchmark": "pronounce", "command": command_line([__file__, *(argv or sys.argv[1:])]), "tables": [table],
              "machine": machine(), "versions": versions()}  # fmt: skip
    if args.out is None:
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        write_json(report, args.out)
    return 0


def _errors(folder: Path, run: Run, tests: Mapping[str, Path]) -> dict[str, float]:
    """Phone error rate of each dialect that the run has learned."""
    scores = {d: measure(folder, manifest=str(tests[d]), overrides=["data.max_clips=256"]) for d in run.dialects}
    return {dialect: round(one["pronounce"]["phone_error_rate"], 5) for dialect, one in scores.items()}


def _arguments() -> argparse.ArgumentParser:
    parser = training_arguments(str(__doc__), threads=1)
    parser.add_argument("--taught", type=Path, required=True, help="folder that recipes/voice/describe.py wrote")
    parser.add_argument("--work", type=Path, required=True, help="folder of runs and results")
    parser.add_argument("--out", type=Path, help="JSON file to write; standard output if left out")
    parser.add_argument("--dialects", nargs="+", help="all of voice.json if left out")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--steps", type=int, default=2_000, help="of a joint run, of 128 words (default %(default)s)")
    parser.add_argument("--words", type=int, help="to learn from at most, for a quick look")
    parser.add_argument("--limit", type=int, help="held-out words of a dialect at most, for a quick look")
    return parser


if __name__ == "__main__":
    leave(main)
