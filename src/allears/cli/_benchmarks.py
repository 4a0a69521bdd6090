"""Runs the benchmarks of the checkout: they are beside the source, not in what pip installs.

In: what `allears evaluate base` was given. Out: the exit code of `benchmarks/all.py`, which prints the table itself.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from allears.cli._types import whole_number

__all__ = ["BASE", "add_arguments", "is_model", "only_for_models", "run"]

BASE = "base"  # the word for the model that comes with allears
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path("benchmarks") / "all.py"
DATA = "ALLEARS_DATA"  # of the environment: the folder of the unpacked corpora
READER = "ALLEARS_UNDERSTAND"  # likewise: the model of open language


def add_arguments(parser: argparse._ActionsContainer) -> None:
    """Add what only a model that hears takes."""
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these benchmarks alone: asr, vad, speaker, ...")
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"the unpacked corpora (default: ${DATA})")
    parser.add_argument(
        "--peers", action="store_true",
        help="measure the others, too: pip install -r benchmarks/requirements.txt, and $ALLEARS_WHISPER_HF and "
        "$ALLEARS_WHISPER_CT2 name Whisper base (benchmarks/fetch_peers.py)",
    )  # fmt: skip
    parser.add_argument(
        "--understand", type=Path, metavar="DIR", help=f"model of open language to measure, too (default: ${READER})"
    )
    parser.add_argument("--limit", type=whole_number, metavar="N", help="at most so many clips a set, for a quick look")
    parser.add_argument("--out", type=Path, metavar="DIR", help="reports, one a benchmark (default: runs/bench-MODEL)")
    parser.add_argument("--again", action="store_true", help="measure what DIR has reports of already, too")


def is_model(given: str) -> bool:
    """Whether it is the name of a model that ships or the folder of an exported one, and no trained run."""
    from allears.runtime.model_folder import ENCODER, find_model

    return given == BASE or (find_model(Path(given)) / ENCODER).is_file()


def only_for_models(args: argparse.Namespace) -> list[str]:
    """The options of `add_arguments` that were given."""
    names = ("only", "data", "peers", "understand", "limit", "out", "again")
    return [f"--{name}" for name in names if getattr(args, name) not in (None, False)]


def run(args: argparse.Namespace) -> int:
    """Measure, print the table; 1 if a benchmark failed.

    Raises:
        ValueError: the benchmarks are not there, or nobody says where the corpora are.
    """
    script = ROOT / SCRIPT
    if not script.is_file():
        raise ValueError(
            f"there is no {script}: the benchmarks are not in the package that pip installs; clone the repository, "
            "pip install -e . in it, and run this again"
        )
    data = args.data or os.environ.get(DATA)
    if not data:
        raise ValueError(f"where are the corpora? Give their folder with --data DIR, or export {DATA}=DIR")
    if not Path(data).is_dir():
        raise ValueError(f"{data} is no folder: give the one that holds the unpacked corpora (docs/data.md)")
    source = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, str(script), *_options(args, Path(data))]
    reads = {READER: str(args.understand)} if args.understand else {}
    return subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": source} | reads).returncode


def _options(args: argparse.Namespace, data: Path) -> list[str]:
    from allears.runtime.model_folder import DEFAULT_MODEL, find_model

    model = DEFAULT_MODEL if args.trained == BASE else find_model(Path(args.trained))
    out = args.out or Path("runs") / f"bench-{model.resolve().name}"
    options = ["--bars", "--model", str(model), "--data", str(data), "--out", str(out), "--cache", str(out / "cache")]
    options += [] if args.peers else ["--ours-only"]
    options += [] if args.limit is None else ["--limit", str(args.limit)]
    options += [f"--{name}" for name in ("again", "json") if getattr(args, name)]
    return [*options, *(["--only", *args.only] if args.only else [])]
