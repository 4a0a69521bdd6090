"""The reader of a run that learned from sound and sentences together -> the folder that `Reader` loads.

In: a run of `allears train` with the task `understanding`. Out: a model folder as `learn/export.py` writes it, with one
set of labels and one domain. Where one of the intents is `oos`, it becomes the answer about scope; else how much the
intents say together decides that alone. `allears export` writes the listener of the same run.
`python -m allears.understand.learn.joint RUN OUT`

Letters: T pieces, W width.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from allears.config.clips import read_sources
from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.model import MultiTaskModel
from allears.parts.understanding_head import UnderstandingHead
from allears.parts.understanding_labels import tag_names
from allears.train.checkpoint import find_checkpoint, load_model, read_checkpoint
from allears.understand.learn.export import pack_reader
from allears.understand.pieces import WordPieces
from allears.understand.scope import scope_score
from allears.understand.spec import LabelSet, UnderstandSpec
from allears.understand.words import split_words

__all__ = ["pack_joint"]

log = logging.getLogger(__name__)

KIND = "understanding"
DOMAIN = "other"
OUT = "oos"  # the intent of sentences that are out of scope
KEPT = 0.95  # share of the dev sentences that the threshold lets pass
_ALL_PASS = -1e6  # a threshold that no sentence is below


class _Graph(nn.Module):
    """Embedded pieces (1, T, W) -> domain and set (which say nothing), scope, intents and tags."""

    def __init__(self, head: UnderstandingHead, intents: Sequence[str]) -> None:
        super().__init__()
        self.head = head
        self._inside = [i for i, name in enumerate(intents) if name != OUT]
        self._outside = [i for i, name in enumerate(intents) if name == OUT]

    def forward(self, embedded: Tensor) -> tuple[Tensor, ...]:
        read = self.head.read_embedded(embedded, None)
        nothing = embedded[:, 0, :1] * 0.0
        return nothing, nothing, *self.scope(read.intents), read.tags

    def scope(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of all intents (1, I) -> those of `out` and `in` (1, 2), and those of the intents in scope."""
        inside = logits[:, self._inside]
        if not self._outside:
            return inside[:, :2] * 0.0, inside
        return torch.cat([logits[:, self._outside], inside.logsumexp(-1, keepdim=True)], dim=-1), inside


def pack_joint(run: str | Path, out: Path, *, set_name: str = "spoken", is_int8: bool = True) -> UnderstandSpec:
    """Write the model folder `out`. Returns the spec in it.

    Args:
        run: run folder or checkpoint of `allears train`.
        out: the folder.
        set_name: of its labels.
        is_int8: whether weights are rounded to 8 bit.

    Raises:
        ValueError: the run has no task of that kind, or `out` exists and is not a model folder.
    """
    path = find_checkpoint(run)
    recipe = parse_recipe(read_checkpoint(path)["recipe"], str(path))
    model, name = load_model(path), _task_of(recipe, str(run))
    options, head = recipe.tasks[name].options, cast(UnderstandingHead, model.heads[name])
    pieces = WordPieces.load(Path(options["vocabulary"]))
    graph, inside = _Graph(head, options["intents"]), tuple(i for i in options["intents"] if i != OUT)
    threshold = _threshold(graph, pieces, list(_dev_texts(recipe, inside)))
    labels = LabelSet(set_name, inside, tag_names(options["slots"]), {}, {}, threshold)
    spec = UnderstandSpec(recipe.name, "1", (DOMAIN,), (labels,), head.reader.max_pieces)
    outputs = ("domain", "set", "scope", f"intent-{set_name}", f"slots-{set_name}")
    pack_reader(graph, head.reader, outputs, spec, pieces, out, is_int8=is_int8)
    _tell_sizes(model, name)
    return spec


def _task_of(recipe: Recipe, run: str) -> str:
    for name, section in recipe.tasks.items():
        if (section.kind or name) == KIND:
            return name
    have = ", ".join(recipe.tasks)
    raise ValueError(f"{run} learned {have}, and none is of the kind {KIND!r}: train recipes/understand/joint.yaml")


def _dev_texts(recipe: Recipe, intents: Sequence[str]) -> Iterator[str]:
    """The sentences of the dev clips, said or written, whose intent is known."""
    for clip in read_sources(recipe.data.dev):
        text = clip.labels.get("sentence", clip.labels.get("text"))
        if text is not None and clip.labels.get("intent") in intents:
            yield str(text)


@torch.no_grad()
def _threshold(graph: _Graph, pieces: WordPieces, texts: Sequence[str]) -> float:
    """The score that `KEPT` of the sentences reach; one that all do, if there are none."""
    if not texts:
        log.warning("no dev sentence has an intent, so there is no threshold: no sentence will be out of scope")
        return _ALL_PASS
    scores, head = [], graph.head
    for text in texts:
        numbers = pieces.split([word.text for word in split_words(text)]).cut(head.reader.max_pieces).numbers
        read = head.read(torch.tensor([numbers]), torch.tensor([len(numbers)]))
        scope, intents = graph.scope(read.intents.double())
        scores.append(scope_score(intents[0].numpy(), scope[0].numpy()))
    return float(np.quantile(scores, 1.0 - KEPT))


def _tell_sizes(model: MultiTaskModel, name: str) -> None:
    head = cast(UnderstandingHead, model.heads[name])
    reads = sum(p.numel() for p in head.reader.parameters())
    log.info("parameters: %d read, %d hear", reads, sum(p.numel() for p in head.parameters()) - reads)


def main() -> None:
    """The command; see the module."""
    parser = argparse.ArgumentParser(description="Export the reader of a run that learned from sound and sentences.")
    parser.add_argument("run", help="folder that allears train wrote")
    parser.add_argument("out", type=Path, help="model folder")
    parser.add_argument("--set", dest="set_name", default="spoken", help="name of its set of labels (%(default)s)")
    parser.add_argument("--fp32", action="store_true", help="keep the weights as they are")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pack_joint(args.run, args.out, set_name=args.set_name, is_int8=not args.fp32)
    print(f"{args.out}: {sum(file.stat().st_size for file in args.out.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
