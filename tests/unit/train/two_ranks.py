"""What one process of two does in `test_distributed.py`: some runs, one after the other, as `torchrun` would start it.

python -m tests.unit.train.two_ranks JOBS.json

JOBS.json: a list of {"recipe": FILE, "folder": DIR, "until": step or null, "is_resumed": whether,
"has_dropout": whether}. Importing torch takes longer than the runs, so they share one pair of processes. Where a run
fails, DIR/error-RANK.txt says why.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

import torch
import torch.distributed as dist
import yaml

from allears.config.load import parse_recipe
from allears.train.run import run_recipe


@contextmanager
def no_dropout() -> Iterator[None]:
    """Nothing is dropped inside: every process draws its own, so that no two numbers of processes drop the same."""
    with patch("torch.nn.functional.dropout", lambda x, *_, **__: x):
        yield


def main(path: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo")  # once for all runs
    for job in json.loads(path.read_text()):
        folder = Path(job["folder"])
        recipe = parse_recipe(yaml.safe_load(Path(job["recipe"]).read_text()), job["recipe"])
        try:
            with nullcontext() if job["has_dropout"] else no_dropout():
                run_recipe(recipe, folder, is_resumed=job["is_resumed"], until=job["until"])
        except ValueError as error:
            folder.mkdir(exist_ok=True, parents=True)
            (folder / f"error-{dist.get_rank()}.txt").write_text(str(error))
        dist.barrier()
        print("done", folder.name, flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
