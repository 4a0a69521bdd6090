"""Every benchmark, one after another, then the tables in docs/results.md.

python benchmarks/all.py --model DIR --data DIR --whisper-hf DIR --whisper-ct2 DIR --out FOLDER

Speed goes first and alone; give it a machine that does nothing else. What fails is said at the end (exit code 1), the
rest is still written. `--only speed asr` runs some, `--no-report` leaves the document alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

NAMES = ("speed", "asr", "vad", "language", "speaker", "traits", "clean", "memory")
HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="Other options go to every benchmark.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON files")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--no-report", action="store_true", help="do not write docs/results.md")
    args, others = parser.parse_known_args()
    failed = [name for name in args.only if not _run(name, args.out / f"{name}.json", others)]
    if not args.no_report:
        files = sorted(map(str, args.out.glob("*.json")))
        subprocess.run([sys.executable, str(HERE / "report.py"), *files], check=True)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, out: Path, others: list[str]) -> bool:
    print(f"== {name}", file=sys.stderr, flush=True)
    command = [sys.executable, str(HERE / f"{name}.py"), "--out", str(out), *others]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
