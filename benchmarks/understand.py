"""How well sentences are understood: intents, values and scope on the test sentences of three corpora.

python benchmarks/understand.py --data DIR --understand DIR --out understand.json

The sentences are those of recipes/understand/text.yaml: SNIPS, NLU-Evaluation-Data and CLINC150 (`nlu-text` in DIR),
as people wrote them. Each is read with its
own set of labels, as published numbers are made; `chosen` is how often the model would have picked that set itself.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allears.understand.learn.data import read_data
from allears.understand.learn.measure import measure_set
from allears.understand.learn.recipe import load_text_recipe
from allears.understand.reader import VARIABLE, Reader
from common.run import Table, arguments, model_facts, progress, run

NAME = "understand"
RECIPE = Path(__file__).parents[1] / "recipes" / "understand" / "text.yaml"
SHOWN = {
    "intent_accuracy": "intent %", "slot_f1": "slot F1 %", "whole": "all right %", "set_chosen": "chosen %",
    "scope_auroc": "out of scope, AUROC %", "out_recall": "out of scope, found %",
}  # fmt: skip


def measure(args: argparse.Namespace) -> dict[str, Any]:
    os.environ["ALLEARS_DATA"] = str(args.data)
    os.environ.setdefault("ALLEARS_WORK", ".")  # where the recipe would train from; nothing is read there
    reader = Reader(args.understand)
    results: dict[str, Mapping[str, Any]] = {}
    for name, splits in read_data(load_text_recipe(RECIPE)).examples.items():
        progress(f"understand: {name}, {len(splits['test'][: args.limit])} sentences")
        results[name] = vars(measure_set(reader, name, splits["test"][: args.limit]))
    table: Table = {
        "title": "Understanding a sentence",
        "columns": ["set", "sentences", *SHOWN.values()],
        "rows": [
            [name, str(one["num_sentences"]), *(_percent(one[key]) for key in SHOWN)] for name, one in results.items()
        ],
        "notes": ["Sentences as people wrote them; a recogniser's errors are not in them."],
    }
    return {"results": results, "tables": [table], "model": model_facts(reader.folder)}


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--understand", type=Path, help=f"folder of the model of open language, or ${VARIABLE}")
    run(NAME, parser.parse_args(), measure)
