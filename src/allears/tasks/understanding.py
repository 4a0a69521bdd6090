"""What a spoken command wants and the values in it, learned from commands that were said and sentences that were not.

Manifest: `intent`, `slots`, and the words: `text` of a clip, `sentence` of a row without sound (`data.input: {kind:
spoken-or-written}`); each may be missing. A clip with `text` alone is taught by the reader. Loss: cross-entropy of the
intent, CTC of the words with tags around the values, and how far listener and reader are apart; see
`parts/understanding_head.py` and `understanding_loss.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from allears.parts.bert import Bert, load_bert
from allears.parts.slot_labels import TaggedUnits
from allears.parts.understanding_head import UnderstandingHead
from allears.parts.understanding_labels import UnderstandingLabel
from allears.parts.understanding_loss import understanding_loss
from allears.parts.understanding_metrics import IntentAccuracy, ValueF1, WholeRight
from allears.parts.units import Characters
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example
from allears.understand.pieces import SPECIALS, UNKNOWN, WordPieces

__all__ = ["EXAMPLE", "understanding"]


@TASKS.register
def understanding(
    *,
    intents: Sequence[str],
    slots: Sequence[str],
    units: Sequence[str],
    vocabulary: str,
    name: str = "understanding",
    pretrained: str | None = None,
    reader_layers: int = 4,
    reader_dim: int = 128,
    max_pieces: int = 64,
    body: Literal["conv", "lstm"] = "lstm",
    hidden: int = 192,
    agree: float = 1.0,
    read: float = 1.0,
    forget: float = 0.1,
) -> Task:
    """Intent and values from the sound, with a reader of sentences that shares its classifiers.

    Args:
        intents: `{from_field: intent}`.
        slots: their names: `{from_field: slots, each: slot}`.
        units: letters to spell with: `{from_field: text, each: character}`.
        vocabulary: file of the reader's word pieces, one a line; `recipes/understand/spoken.py` writes one.
        name: of the task.
        pretrained: folder of a small BERT whose weights the reader begins with; at random if None.
        reader_layers: of the reader, the lowest of a pretrained one.
        reader_dim: width of a reader that begins at random, a multiple of 32 (or 16, of one head).
        max_pieces: longest sentence; words past it are not read.
        body: of the listener: `lstm`, or `conv`, quicker and worse.
        hidden: its width.
        agree: weight of the distance between listener and reader, 0 or more.
        read: weight of what the reader learns by itself, above 0.
        forget: share of the words that the reader is not shown in training.

    Raises:
        ValueError: fewer than two intents, a weight out of range, or a vocabulary or BERT that cannot be read.
    """
    if len(intents) < 2 or agree < 0 or read <= 0 or not 0 <= forget < 1:
        raise ValueError(
            f"{name} has {len(intents)} intents, agree {agree}, read {read}, forget {forget}: give two intents or "
            "more (intents: {from_field: intent}), agree 0 or more, read above 0, and forget from 0 to below 1"
        )
    pieces = WordPieces.load(_file(name, vocabulary))
    alphabet = TaggedUnits(Characters(units), slots)
    opening = [alphabet.names.index(f"<{slot}>") for slot in slots]

    def head(dim: int) -> UnderstandingHead:
        reader = _reader(pieces.vocabulary, pretrained, reader_layers, reader_dim, max_pieces)
        return UnderstandingHead(
            dim, reader, len(alphabet.names), len(intents), opening, body=body, hidden=hidden,
            unknown=pieces.vocabulary.index(UNKNOWN), forget=forget,
        )  # fmt: skip

    decode = {"kind": "understanding", "num_intents": len(intents)}
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, decode, (*alphabet.names, *intents)),
        label=UnderstandingLabel(intents, slots, alphabet, pieces, max_pieces=max_pieces),
        head=head,
        loss_per_clip=understanding_loss(agree=agree, read=read),
        metrics=lambda: (
            IntentAccuracy(len(intents)),
            ValueF1(alphabet.names),
            WholeRight(alphabet.names, len(intents)),
        ),
    )


def _file(name: str, path: str) -> Path:
    if not Path(path).is_file():
        raise ValueError(f"{name}: no vocabulary at {path}: write it with python recipes/understand/spoken.py")
    return Path(path)


def _reader(vocabulary: Sequence[str], pretrained: str | None, layers: int, dim: int, max_pieces: int) -> Bert:
    if pretrained is not None:
        return load_bert(Path(pretrained), vocabulary, make=Bert, num_layers=layers, max_pieces=max_pieces)
    return Bert(
        vocabulary=len(vocabulary), dim=dim, num_layers=layers, num_heads=max(1, dim // 32), inner=4 * dim,
        max_pieces=max_pieces,
    )  # fmt: skip


def _write(folder: Path) -> None:
    """A vocabulary of a few words."""
    lines = [*SPECIALS, "to", "rome", "paris", "stay"]
    (folder / "vocabulary.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


EXAMPLE = Example(
    {"intents": ("go", "stay"), "slots": ("city",), "units": ("to romestay",), "vocabulary": "{folder}/vocabulary.txt",
     "reader_layers": 1, "reader_dim": 16, "hidden": 8, "body": "conv"},
    ({"text": "To Rome", "slots": {"city": "Rome"}, "intent": "go"}, {"text": "stay", "slots": {}, "intent": "stay"}),
    _write,
)  # fmt: skip
