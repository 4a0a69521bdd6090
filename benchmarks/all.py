"""Every benchmark, one after another, then the tables in docs/results.md, or the bars and whether they are reached.

python benchmarks/all.py --model DIR --data DIR --whisper-hf DIR --whisper-ct2 DIR --out FOLDER

Speed goes first and alone; give it a machine that does nothing else. What fails is said at the end (exit code 1), the
rest is still written. A report that is in the folder already, of the same model with the same options, is kept;
`--again` measures it anew. Why something failed (a corpus or a peer that is not there) is said beside its name, and in
`why` of the JSON. `--only speed asr` runs some, `--no-report` leaves the document alone. `--bars` runs what
`bars.toml` asks for, leaves the document alone, and prints one table of tasks, ours, peers and bars; so does
`allears evaluate base`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allears.understand.reader import DEFAULT_MODEL, VARIABLE
from bars import as_json, as_table, judge, load_bars
from common.run import model_facts, write_json

BENCHMARKS = (
    "speed", "asr", "vad", "language", "speaker", "traits", "clean", "keywords", "commands", "grammar_speed", "drafts",
    "understand", "probe", "hybrid", "memory",
)  # fmt: skip
HERE = Path(__file__).parent
READER = "understand"  # the benchmark whose model is not the session's
_CHUNK = 65_536  # bytes


def main(argv: Sequence[str] | None = None) -> int:
    args, others = _parser().parse_known_args(argv)
    bars = load_bars(HERE / "bars.toml")
    wanted = args.only or [name for name in BENCHMARKS if not args.bars or name in {bar.benchmark for bar in bars}]
    options = [*others, *(["--model", str(args.model)] if args.model else [])]
    asked = {name: {"options": options, "model": _digest(name, args.model)} for name in BENCHMARKS}
    failed: dict[str, str] = {}  # benchmark -> why
    for number, name in enumerate(wanted, start=1):
        print(f"== {name} ({number} of {len(wanted)})", file=sys.stderr, flush=True)
        path = args.out / f"{name}.json"
        if not args.again and _finished(path, asked[name]) is not None:
            print(f"{path} has it already (--again measures anew)", file=sys.stderr)
        elif why := _run(name, path, [*options, *(["--cache", str(args.cache)] if args.cache else [])], asked[name]):
            failed[name] = why
    if args.bars:
        if "--limit" in options:
            print("with --limit, this is a quick look and no result", file=sys.stderr)
        kept = [name for name in BENCHMARKS if name not in failed]
        found = {name: _finished(args.out / f"{name}.json", asked[name]) for name in kept}
        rows = [judge(bar, {name: one["results"] for name, one in found.items() if one}) for bar in bars]
        plain = [as_json(row) for row in rows]
        for one in plain:
            one["why"] = one["why"] and failed.get(one["benchmark"], one["why"])
        print(json.dumps(plain, indent=2) if args.json else as_table(rows))
        if "--ours-only" in options and any(row.reached == "no peer" for row in rows):
            print("no peer: the others were not measured (allears evaluate base --peers)", file=sys.stderr)
    elif not args.no_report:
        files = [str(path) for name in BENCHMARKS if (path := args.out / f"{name}.json").exists()]
        subprocess.run([sys.executable, str(HERE / "report.py"), *files], check=True)
    for name, why in failed.items():
        print(f"{name} failed: {why}", file=sys.stderr)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="Other options go to every benchmark.", allow_abbrev=False
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON files")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS)
    parser.add_argument("--model", type=Path, help="folder of the exported allears model; packaged one if left out")
    parser.add_argument("--cache", type=Path, help="folder that keeps the peers' answers between runs")
    parser.add_argument("--again", action="store_true", help="measure what is finished, too")
    parser.add_argument("--bars", action="store_true", help="print bars.toml and whether each is reached")
    parser.add_argument("--json", action="store_true", help="with --bars: as JSON")
    parser.add_argument("--no-report", action="store_true", help="do not write docs/results.md")
    return parser


def _run(name: str, path: Path, options: Sequence[str], asked: dict[str, Any]) -> str:
    """Measure; the report then also says what was asked for, by which a later run knows it.

    Returns why it failed, the last line it said; empty if it did not.
    """
    code, last = _heard([sys.executable, str(HERE / f"{name}.py"), "--out", str(path), *options])
    if code != 0 or not path.exists():
        return last or f"exit code {code}, and nothing was said"
    write_json(json.loads(path.read_text(encoding="utf-8")) | {"asked": asked}, path)
    return ""


def _heard(command: Sequence[str]) -> tuple[int, str]:
    """Exit code of a program, whose words are passed on, and the last line of its errors."""
    tail = b""
    with subprocess.Popen(command, stdout=sys.stderr, stderr=subprocess.PIPE) as process:
        assert isinstance(process.stderr, io.BufferedReader)
        while some := process.stderr.read1(_CHUNK):
            sys.stderr.write(some.decode("utf-8", errors="replace"))
            sys.stderr.flush()
            tail = (tail + some)[-_CHUNK:]
    lines = tail.decode("utf-8", errors="replace").strip().splitlines()
    return process.returncode, lines[-1].strip() if lines else ""


def _finished(path: Path, asked: dict[str, Any]) -> dict[str, Any] | None:
    """The report at the path if it is of what is asked for now."""
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        print(f"{path} is no report: it is measured anew", file=sys.stderr)
        return None
    return report if report.get("asked") == asked else None


def _digest(name: str, model: Path | None) -> str | None:
    """Which weights a benchmark measures."""
    if name != READER:
        digest: str | None = model_facts(model)["sha256_of_sums"]
        return digest
    sums = Path(os.environ.get(VARIABLE) or DEFAULT_MODEL) / "SHA256SUMS"
    return hashlib.sha256(sums.read_bytes()).hexdigest()[:12] if sums.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
