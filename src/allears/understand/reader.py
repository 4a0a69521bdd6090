"""Reads a sentence and says what it wants: one pass of a small network over its words, on numpy and onnxruntime alone.

In: a model folder (`understand.onnx` with its spec, `vocabulary.txt`, `SHA256SUMS`) and texts. Out: `Meaning`s. Case,
and the punctuation at the ends of words, change nothing: a transcript may have them or not.

Letters: T pieces, N words, C classes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from allears.runtime.onnx_file import ModelError, onnx_errors, open_onnx, read_spec
from allears.understand.answers import Meaning, SlotValue
from allears.understand.files import checked_file
from allears.understand.pieces import Pieces, WordPieces
from allears.understand.scope import scope_score
from allears.understand.spec import METADATA_KEY, LabelSet, UnderstandSpec
from allears.understand.tags import allowed_after, spans_of, viterbi
from allears.understand.words import Word, split_words

__all__ = ["DEFAULT_MODEL", "VARIABLE", "Reader"]

log = logging.getLogger(__name__)

VARIABLE = "ALLEARS_UNDERSTAND"  # of the environment: a model folder to use when none is named
DEFAULT_MODEL = Path(__file__).resolve().parent.parent / "models" / "allears-understand"
_SHIPPED = "base"  # the word for it, as for the model that hears
NETWORK, VOCABULARY = "understand.onnx", "vocabulary.txt"


class Reader:
    """A model of open language, ready to read.

    Args:
        folder: of the model, or `base`, which comes with allears; None for `$ALLEARS_UNDERSTAND`, or `base`.
        num_threads: of the network; a sentence is short, so one is enough.

    Attributes:
        folder: of the model.
        spec: what it can say.

    Raises:
        ModelError: it is no such folder, or a file of it is missing or damaged.
    """

    def __init__(self, folder: str | Path | None = None, *, num_threads: int = 1) -> None:
        named = Path(folder or os.environ.get(VARIABLE) or DEFAULT_MODEL)
        self.folder = DEFAULT_MODEL if named == Path(_SHIPPED) and not named.exists() else named
        path = checked_file(self.folder, NETWORK)
        self.spec = _read_spec(path)
        try:
            self._pieces = WordPieces.load(checked_file(self.folder, VOCABULARY))
        except (ValueError, UnicodeDecodeError) as error:
            raise ModelError(f"{self.folder / VOCABULARY}: {error}") from error
        self._path, self._network = path, open_onnx(path, num_threads)
        self._allowed = {one.name: allowed_after(one.tags) for one in self.spec.sets if one.tags}

    def read(self, text: str, *, label_set: str | None = None) -> Meaning:
        """What a text wants.

        Args:
            text: a sentence, as it is written or spoken.
            label_set: whose labels to answer with (`spec.sets`); None for the one that the sentence fits best.

        Raises:
            ValueError: the model has no such set.
        """
        if label_set is not None:
            self.spec.set_named(label_set)
        words = split_words(text)
        if not words:
            return Meaning(text, None, None, 0.0, None, 0.0, (), 0.0, False)
        pieces = self._pieces.split([word.text for word in words]).cut(self.spec.max_pieces)
        if len(pieces.first) < len(words):
            log.warning("a text of %d words is too long: the first %d are read", len(words), len(pieces.first))
        logits = self._run(pieces)
        domain = int(logits["domain"].argmax())
        labels = self.spec.sets[int(logits["set"].argmax())] if label_set is None else self.spec.set_named(label_set)
        intents = logits[f"intent-{labels.name}"]
        intent = labels.intents[int(intents.argmax())]
        margin = scope_score(intents, logits["scope"]) - labels.scope_threshold
        return Meaning(
            text=text,
            label_set=labels.name,
            domain=self.spec.domains[domain],
            domain_probability=_highest(logits["domain"]),
            intent=intent,
            confidence=_highest(intents),
            slots=self._slots(text, words, pieces, labels, intent, logits),
            scope_margin=margin,
            is_in_scope=margin >= 0.0,
        )

    def _run(self, pieces: Pieces) -> dict[str, np.ndarray]:
        """Logits by output: (C,), and (T, C) of tags."""
        names = [output.name for output in self._network.get_outputs()]
        with onnx_errors(self._path):
            found = self._network.run(names, {"pieces": np.array([pieces.numbers], np.int64)})
        return {name: np.asarray(one)[0].astype(np.float64) for name, one in zip(names, found, strict=True)}

    def _slots(
        self, text: str, words: Sequence[Word], pieces: Pieces, labels: LabelSet, intent: str,
        logits: Mapping[str, np.ndarray],
    ) -> tuple[SlotValue, ...]:  # fmt: skip
        if not labels.tags:
            return ()
        scores = _log_softmax(logits[f"slots-{labels.name}"][list(pieces.first)])  # (N, C)
        path = viterbi(scores, self._allowed[labels.name], _may(labels, intent))
        own = scores[np.arange(len(path)), path]
        return tuple(
            SlotValue(
                found.name,
                text[words[found.first].start : words[found.stop - 1].end],
                words[found.first].start,
                words[found.stop - 1].end,
                float(np.exp(own[found.first : found.stop].mean())),
            )
            for found in spans_of([labels.tags[i] for i in path])
        )


def _read_spec(path: Path) -> UnderstandSpec:
    return read_spec(
        path, METADATA_KEY, UnderstandSpec.from_json, "no model of open language",
        "give a folder made by python -m allears.understand.learn.export",
    )  # fmt: skip


def _may(labels: LabelSet, intent: str) -> np.ndarray | None:
    """Tags that the intent was seen with; None for all."""
    if intent not in labels.slots_of:
        return None
    own = set(labels.slots_of[intent])
    return np.array([tag == "O" or tag[2:] in own for tag in labels.tags])


def _highest(logits: np.ndarray) -> float:
    """Probability of the likeliest class."""
    return float(np.exp(_log_softmax(logits).max()))


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))
