"""What every benchmark script shares: its arguments, what is known about the machine, and its JSON report.

In: the command line. Out: one JSON file with command, date, machine, versions, seed, numbers and ready-made tables
(`benchmarks/report.py` puts those tables into `docs/results.md`).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

__all__ = [
    "Table",
    "add_training_arguments",
    "arguments",
    "command_line",
    "env_path",
    "leave",
    "progress",
    "run",
    "training_arguments",
    "write_json",
    "write_or_print",
]

PACKAGES = (
    "allears", "numpy", "onnxruntime", "soundfile", "soxr", "faster-whisper", "ctranslate2", "torch", "transformers",
    "silero-vad", "Resemblyzer", "whisper-normalizer", "jiwer",
)  # fmt: skip
CPU_FLAGS = ("avx2", "avx512f", "avx512_vnni", "amx_int8", "avx_vnni", "asimd", "asimddp", "i8mm")  # what int8 lives on

Table = dict[str, Any]
"""`{"title": str, "columns": [str], "rows": [[str]], "notes": [str]}`, as `report.py` prints it."""


def arguments(doc: str) -> argparse.ArgumentParser:
    """A parser with the options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--model", type=Path, help="folder of the exported allears model; packaged one if left out")
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked corpora")
    parser.add_argument("--out", type=Path, help="JSON file to write; standard output if left out")
    parser.add_argument("--limit", type=int, help="at most this many clips a set, for a quick look")
    parser.add_argument("--seed", type=int, default=0, help="of everything drawn by chance")
    parser.add_argument("--threads", type=int, default=2, help="compute threads of ours and of every peer")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--peers-only", action="store_true", help="leave ours out")
    which.add_argument("--ours-only", action="store_true", help="leave the peers out, which need not be installed then")
    parser.add_argument("--cache", type=Path, help="folder that keeps the peers' answers (never times) between runs")
    parser.add_argument("--whisper-hf", type=Path, default=env_path("ALLEARS_WHISPER_HF"), help="Whisper base")
    parser.add_argument("--whisper-ct2", type=Path, default=env_path("ALLEARS_WHISPER_CT2"), help="CTranslate2's")
    return parser


def run(name: str, args: argparse.Namespace, measure: Callable[[argparse.Namespace], Mapping[str, Any]]) -> None:
    """Measure and write the report: `measure` returns `{"results": ..., "tables": [Table]}`."""
    started = datetime.now(UTC)
    load_before = os.getloadavg()[0]
    measured = measure(args)
    report = {
        "benchmark": name,
        "command": command_line(sys.argv),
        "date": started.isoformat(timespec="seconds"),
        "took_s": round((datetime.now(UTC) - started).total_seconds(), 1),
        "commit": _commit(),
        "machine": machine() | {"load_before": round(load_before, 2), "load_after": round(os.getloadavg()[0], 2)},
        "versions": versions(),
        "seed": args.seed,
        "threads": args.threads,
        "model": None if args.peers_only else model_facts(args.model),
        **measured,
    }
    if args.out is None:
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        write_json(report, args.out)
        progress(f"wrote {args.out}")


def command_line(argv: Sequence[str]) -> str:
    """The command as anybody would type it: folders by their last name, the script from the root of the project."""
    script = Path(argv[0]).resolve()
    return shlex.join(["python", f"{script.parent.name}/{script.name}", *map(_short, argv[1:])])


def _short(word: str) -> str:
    """A word of a command, `NAME=FOLDER` too, without the place of its folder."""
    name, equals, value = word.rpartition("=")
    return name + equals + Path(value).name if Path(value).is_absolute() else word


def model_facts(folder: Path | None) -> dict[str, Any]:
    """Size of the model's files, megabytes (10^6 bytes), and which weights they are."""
    if folder is None:
        from allears.runtime.model_folder import ModelFolder

        folder = ModelFolder(None).path
    sizes = {path.name: path.stat().st_size / 1e6 for path in sorted(folder.glob("*")) if path.is_file()}
    rounded = {name: round(size, 2) for name, size in sizes.items()}
    sums = folder / "SHA256SUMS"
    digest = hashlib.sha256(sums.read_bytes()).hexdigest()[:12] if sums.exists() else None
    return {
        "name": folder.name,
        "sha256_of_sums": digest,
        "total_mb": round(sum(sizes.values()), 1),
        "files_mb": rounded,
    }


def machine() -> dict[str, Any]:
    """Processor, its flags that matter for int8, cores, memory, system."""
    info = _cpu_info()
    flags = info.get("flags", info.get("Features", "")).split()
    return {
        "cpu": info.get("model name", platform.processor() or platform.machine()),
        "flags": [flag for flag in CPU_FLAGS if flag in flags],
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }


def versions() -> dict[str, str]:
    """Versions of ours and the peers, those that are installed."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def progress(text: str) -> None:
    """A line for the person waiting."""
    print(text, file=sys.stderr, flush=True)


def write_json(value: object, path: Path) -> None:
    """Write JSON atomically (a temporary file, then a rename)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)


def write_or_print(text: str, path: Path | None) -> None:
    """Write text atomically, or print it if there is no path."""
    if path is None:
        print(text)
        return
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text + "\n", encoding="utf-8")
    os.replace(partial, path)


def training_arguments(doc: str, *, threads: int) -> argparse.ArgumentParser:
    """A parser with what benchmarks that train have in common."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    add_training_arguments(parser, threads=threads)
    return parser


def add_training_arguments(parser: argparse.ArgumentParser, *, threads: int) -> None:
    """`--threads` and `--device`, of benchmarks that train."""
    parser.add_argument("--threads", type=int, default=threads, help="compute threads")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")


def leave(main: Callable[[], int]) -> NoReturn:
    """Run a script and leave with its exit code; what the user can mend is told in a line."""
    try:
        sys.exit(main())
    except ValueError as error:
        sys.exit(str(error))


def _cpu_info() -> dict[str, str]:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    lines = path.read_text().split("\n\n")[0].splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _commit() -> str | None:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None


def env_path(name: str) -> Path | None:
    return Path(os.environ[name]) if name in os.environ else None
