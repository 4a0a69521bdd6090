"""What a short clip says, as an embedding in which clips of one word are near each other, whoever says it.

Manifest: `keyword`, the word or phrase; hundreds of them teach an embedding that holds for words never trained on, of
which a few examples are then enough. Loss: additive angular margin over the words of the training data.
Source: prototypes of embeddings as keyword models, Snell et al. 2017 (prototypical networks); the loss is ArcFace's,
Deng et al. 2019.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.heads import EmbeddingHead
from allears.parts.labels import ClassLabel
from allears.parts.losses import angular_margin
from allears.parts.metrics import EqualErrorRate
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "keyword_embedding"]


@TASKS.register
def keyword_embedding(
    *,
    words: Sequence[str],
    size: int = 96,
    hidden: int = 128,
    stride: int = 2,
    dropout: float = 0.1,
    margin: float = 0.2,
    scale: float = 30.0,
    threshold: float = 0.5,
) -> Task:
    """Embedding of `size` numbers of a short clip's words; `words`: those of the training (`{from_field: keyword}`).

    Args:
        words: values of `keyword` that are learned; other clips say nothing here.
        size: of the embedding.
        hidden: width of the head.
        stride: frames averaged into one before the convolutions.
        dropout: in the head.
        margin, scale: of the loss.
        threshold: cosine from which on two clips are held to say the same.

    Raises:
        ValueError: fewer than two words.
    """
    known = sorted(set(words))
    if len(known) < 2:
        raise ValueError(
            f"keyword-embedding needs two or more words to tell apart, got {known}: `words: {{from_field: keyword}}` "
            "takes those of the training clips"
        )
    return Task(
        spec=TaskSpec(
            "keyword-embedding", Resolution.CLIP, {"kind": "embedding", "threshold": threshold}, is_default=False
        ),
        label=ClassLabel("keyword", known),
        head=lambda dim: EmbeddingHead(dim, size, len(known), hidden=hidden, dropout=dropout, stride=stride),
        loss_per_clip=angular_margin(margin=margin, scale=scale),
        metrics=lambda: (EqualErrorRate(),),
        is_open_set=True,
    )


EXAMPLE = Example({"words": ("yes", "no"), "size": 8, "hidden": 8}, ({"keyword": "yes"}, {"keyword": "no"}))
