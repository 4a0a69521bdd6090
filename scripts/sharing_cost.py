"""Write the table of docs/sharing.md: parameters and arithmetic of every way to share, with its default options.

    python scripts/sharing_cost.py          print the table
    python scripts/sharing_cost.py --write  put it into docs/sharing.md

In: nothing; the encoder is Whisper base's with random weights, which cost what trained ones do. Out: Markdown.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from allears.audio import SAMPLE_RATE
from allears.cost import PartCost, count
from allears.encoders.base import Hidden
from allears.encoders.whisper import whisper
from allears.model import MultiTaskModel
from allears.sharing import SHARINGS
from allears.tasks.base import Task
from allears.tasks.language import language
from allears.tasks.speaker import speaker
from allears.tasks.speech import speech

__all__ = ["costs", "main", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "sharing.md"
START, END = "<!-- costs: written by scripts/sharing_cost.py -->\n", "<!-- end of costs -->\n"
SECONDS = 10.0


def page() -> str:
    """The text of docs/sharing.md with a fresh table."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    return before + START + _table() + END + after


class _Frames(torch.nn.Module):
    """Stands for an encoder that was counted already: random frames of the same sizes."""

    frame_shift_s = tail_s = 0.0

    def __init__(self, layers: torch.Tensor) -> None:
        super().__init__()
        self.num_layers, self.dim = layers.shape[0], layers.shape[3]
        self.register_buffer("layers", layers)

    def forward(self, audio: torch.Tensor, num_samples: torch.Tensor | None = None) -> Hidden:
        return Hidden(self.layers, torch.tensor([self.layers.shape[2]]))


def costs() -> dict[str, PartCost]:
    """Way to share -> its cost; and that of `encoder`."""
    tasks, encoder = _tasks(), whisper()
    found = {"encoder": _count(encoder, "hard", tasks)["encoder"]}
    frames = int(encoder.num_frames(torch.tensor([round(SECONDS * SAMPLE_RATE)]))[0])
    heard = _Frames(torch.randn(encoder.num_layers, 1, frames, encoder.dim))
    return found | {name: _count(heard, name, tasks)["sharing"] for name in SHARINGS}


def _count(encoder: torch.nn.Module, sharing: str, tasks: dict[str, Task]) -> dict[str, PartCost]:
    """Part -> its cost."""
    reads = {name: task.reads for name, task in tasks.items()}
    shared = SHARINGS[sharing](reads=reads, dim=encoder.dim, num_layers=encoder.num_layers)
    assert isinstance(shared, torch.nn.Module)
    return {row.part: row for row in count(MultiTaskModel(encoder, shared, tasks), SECONDS)}


def _table() -> str:
    rows = costs()
    whole = rows.pop("encoder")
    lines = ["| sharing | parameters (M) | GFLOP | of the encoder's |", "|---|---:|---:|---:|"]
    for name, row in sorted(rows.items(), key=lambda item: _flops(item[1])):
        size, flops = row.parameters / 1e6, _flops(row)
        lines.append(f"| {name} | {size:.3f} | {flops / 1e9:.3f} | {100 * flops / _flops(whole):.1f} % |")
    lines.append(f"| the encoder itself | {whole.parameters / 1e6:.3f} | {_flops(whole) / 1e9:.3f} | |")
    return "\n".join(lines) + "\n"


def _flops(row: PartCost) -> int:
    assert row.flops is not None, row.part
    return row.flops


def _tasks() -> dict[str, Task]:
    """Four tasks that mix the layers; what they are matters for nothing but their number."""
    tasks = [speech(), language(classes=("de", "en")), speaker(names=("ann", "bob"))]
    tasks.append(replace(tasks[1], spec=replace(tasks[1].spec, name="emotion")))
    return {task.name: task for task in tasks}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into docs/sharing.md")
    if not parser.parse_args(argv).write:
        print(_table(), end="")
        return 0
    partial = PAGE.with_name(PAGE.name + ".partial")
    partial.write_text(page(), encoding="utf-8")
    os.replace(partial, PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
