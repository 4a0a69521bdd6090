"""Put the tables of benchmark reports into docs/results.md, between their markers.

python benchmarks/report.py FILE.json... [--into docs/results.md]

`<!-- asr -->` ... `<!-- /asr -->` holds what the report of the benchmark `asr` says; all else stays as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["insert", "render"]

RESULTS = Path(__file__).parent.parent / "docs" / "results.md"


def render(report: Mapping[str, Any]) -> str:
    """One report as markdown: its tables, then how they were made."""
    parts = [_table(table) for table in report["tables"]]
    return "\n\n".join([*parts, _how(report)])


def insert(document: str, name: str, text: str) -> str:
    """The document with what is between the markers of `name` replaced.

    Raises:
        ValueError: the markers are not there, or not once each.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(document)) != 1:
        raise ValueError(f"the document needs the markers {start} and {end} once each: add them where {name!r} belongs")
    return pattern.sub(lambda _: f"{start}\n{text}\n{end}", document)


def _table(table: Mapping[str, Any]) -> str:
    columns: Sequence[str] = table["columns"]
    lines = [f"**{table['title']}**", "", _line(columns), "|" + "---|" * len(columns), *map(_line, table["rows"])]
    notes = [f"\n{note}" for note in table["notes"]]
    return "\n".join(lines + notes)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _how(report: Mapping[str, Any]) -> str:
    machine = report["machine"]
    flags = " ".join(machine["flags"]) or "no int8 flags"
    load = f"load {machine['load_before']} before, {machine['load_after']} after"
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    lines = [
        f"`{report['command']}`",
        f"{report['date']}, commit {report['commit']}, seed {report['seed']}, {report['threads']} threads.",
        f"{machine['cpu']} ({flags}), {machine['cores']} cores, {machine['memory_gb']} GB; {load}.",
        f"{machine['system']}.",
        f"{versions}.",
    ]
    if report["model"]:
        model = report["model"]
        lines.append(f"Model: {model['name']}, {model['total_mb']} MB, SHA256SUMS {model['sha256_of_sums']}.")
    body = "\n".join(f"{line}  " for line in lines)
    return f"<details><summary>How</summary>\n\n{body}\n\n</details>"


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--into", type=Path, default=RESULTS)
    args = parser.parse_args(argv)
    document = args.into.read_text(encoding="utf-8")
    for path in args.files:
        report = json.loads(path.read_text(encoding="utf-8"))
        document = insert(document, report["benchmark"], render(report))
    partial = args.into.with_name(args.into.name + ".partial")
    partial.write_text(document, encoding="utf-8")
    os.replace(partial, args.into)
    print(f"{args.into}: {len(args.files)} reports", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
