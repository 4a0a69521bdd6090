"""The packs of domains that ship with allears, from the train sentences of snips and nlu-evaluation.

    python recipes/base/domains.py src/allears/biasing/packs

Reads $ALLEARS_DATA/nlu-text (snips: CC0; nlu-evaluation: CC BY 4.0). Deterministic.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.biasing.build import build_pack
from allears.biasing.pack import OTHER

DATA = Path(os.environ.get("ALLEARS_DATA", ""))
SNIPS = {"PlayMusic": "music", "AddToPlaylist": "music", "GetWeather": "weather"}
INTENTS = {"play_music": "music", "play_radio": "music"}
SCENARIOS = {"music": "music", "news": "news", "weather": "weather", "iot": "home", "audio": "home"}
LEFT_OUT = ("SearchCreativeWork", "SearchScreeningEvent")  # songs and albums among films: of no one domain
SOURCE = (
    "Train sentences of Snips NLU Benchmark (CC0 1.0) and of NLU Evaluation Data (Liu, Eshghi, Swietojanski & Rieser "
    "2019, CC BY 4.0), counted"
)


def domain_of(row: dict[str, Any]) -> str | None:
    if row["intent"] in LEFT_OUT:
        return None
    return SNIPS.get(row["intent"]) or INTENTS.get(row["intent"]) or SCENARIOS.get(row.get("scenario", ""), OTHER)


def names_in(row: dict[str, Any]) -> Iterator[str]:
    """Values of the slots."""
    yield from (slot["value"] for slot in row.get("slots", ()))
    name: list[str] = []
    for tag, token in [*zip(row.get("tags", ()), row.get("tokens", ()), strict=True), ("O", "")]:
        if not tag.startswith("I-") and name:
            yield " ".join(name)
            name = []
        if tag != "O":
            name.append(token)


def main(out: Path) -> None:
    texts: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    left_out: Counter[str] = Counter()
    for corpus in ("nlu-evaluation", "snips"):
        for line in (DATA / "nlu-text" / corpus / "train.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            domain = domain_of(row)
            if domain is None:
                left_out[row["intent"]] += 1
                continue
            texts.setdefault(domain, []).append(row["text"])
            names.setdefault(domain, []).extend(names_in(row))
    print(f"left out: {dict(left_out)}", file=sys.stderr)
    out.mkdir(parents=True, exist_ok=True)
    for domain, sentences in sorted(texts.items()):
        is_other = domain == OTHER
        pack = build_pack(
            domain, sentences, names=() if is_other else names[domain], source=SOURCE, order=1 if is_other else 3
        )
        path = out / f"{domain}.npz"
        pack.save(path)
        print(f"{domain}: {len(sentences)} sentences, {len(pack.ngram.unigrams)} words, {len(pack.phrases)} phrases, "
              f"{path.stat().st_size / 1000:.0f} kB")  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
