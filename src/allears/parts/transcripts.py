"""Training targets of the text decoder: what a teacher wrote, or the manifest's own text.

In: the manifest fields `teacher` (a file of `allears data teach`), `text`, `language`, `noise`. Out: padded tensors.

Letters: P clips, N tokens, K guesses a token, G languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from allears.tasks.base import LabelContext
from allears.vocabulary import LANGUAGES, Vocabulary, language_index

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["TranscriptLabel", "TranscriptTarget"]

_TRUST_IN_LABEL = 0.9  # of a known language; the rest stays what the teacher thought, as label smoothing


@dataclass(frozen=True)
class _One:
    prompt: list[int]
    tokens: np.ndarray  # (N,), ends in `end`
    guesses: np.ndarray  # (N, K)
    guess_probs: np.ndarray  # (N, K), each row sums to 1
    language: np.ndarray  # (G,), sums to 1; or 0 where the language is not to be learned
    text: str


@dataclass(frozen=True)
class TranscriptTarget:
    """Targets of P clips.

    Attributes:
        fed: (P, 3 + N) tokens the decoder is fed: start, language, task, no-timestamps, and the text.
        tokens: (P, N) tokens it should say after each text position.
        is_token: (P, N) float, 0 past a clip's end.
        guesses: (P, N, K) likely tokens. guess_probs: (P, N, K) their probabilities.
        language: (P, G) probabilities of the languages; all 0 where there is nothing to learn.
        texts: what was said, for word error rates.
    """

    fed: Tensor
    tokens: Tensor
    is_token: Tensor
    guesses: Tensor
    guess_probs: Tensor
    language: Tensor
    texts: tuple[str, ...]


class TranscriptLabel:
    """See the module.

    Args:
        tokenizer: path of the Hugging Face `tokenizer.json`.
        num_guesses: K, of the teacher's likely tokens that are kept.
        use_text: learn from `text` where there is no teacher.
        asks: token of the prompt that says what to write: `Vocabulary.transcribe` or `Vocabulary.translate`.
    """

    def __init__(
        self, tokenizer: str, *, num_guesses: int = 16, use_text: bool = False, asks: int = Vocabulary.transcribe
    ) -> None:
        self.path, self.num_guesses, self.use_text, self.asks = tokenizer, num_guesses, use_text, asks

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(self.path)

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> _One | None:
        if "teacher" in fields and context.speed == 1.0:
            return self._from_teacher(fields)
        if "noise" in fields:
            return self._from_tokens([], "en", np.zeros(len(LANGUAGES), np.float32), "")
        if self.use_text and "text" in fields and "language" in fields:
            tokens = self._tokenizer.encode(" " + str(fields["text"]), add_special_tokens=False).ids
            return self._from_tokens(tokens, fields["language"], _one_hot(fields["language"]), str(fields["text"]))
        return None

    def _from_teacher(self, fields: Mapping[str, Any]) -> _One:
        with np.load(fields["teacher"]) as label:
            probs = np.exp(label["guess_logprobs"][:, : self.num_guesses].astype(np.float32))
            language = label["language"].astype(np.float32)
            if "language" in fields:
                language = _TRUST_IN_LABEL * _one_hot(fields["language"]) + (1 - _TRUST_IN_LABEL) * language
            return _One(
                prompt=label["prompt"].tolist(),
                tokens=label["tokens"].astype(np.int64),
                guesses=label["guesses"][:, : self.num_guesses].astype(np.int64),
                guess_probs=probs / probs.sum(axis=1, keepdims=True),
                language=language / language.sum(),
                text=str(fields.get("text", fields.get("teacher_text", ""))),
            )

    def _from_tokens(self, tokens: list[int], tag: str, language: np.ndarray, text: str) -> _One:
        first = Vocabulary.first_language + language_index(tag)
        said = np.array([*tokens, Vocabulary.end], np.int64)
        guesses = np.repeat(said[:, None], self.num_guesses, axis=1)
        probs = np.zeros(guesses.shape, np.float32)
        probs[:, 0] = 1.0
        prompt = [Vocabulary.start, first, self.asks, Vocabulary.no_timestamps]
        return _One(prompt, said, guesses, probs, language, text)

    def collate(self, values: Sequence[_One], max_frames: int) -> TranscriptTarget:
        longest = max(len(v.tokens) for v in values)
        shape = (len(values), longest)
        fed = torch.full((shape[0], 3 + longest), Vocabulary.end)
        tokens, is_token = torch.full(shape, Vocabulary.end), torch.zeros(shape)
        guesses = torch.full((*shape, self.num_guesses), Vocabulary.end)
        guess_probs = torch.zeros(*shape, self.num_guesses)
        for i, v in enumerate(values):
            count = len(v.tokens)
            fed[i, : 3 + count] = torch.tensor([*v.prompt, *v.tokens[:-1]])
            tokens[i, :count], is_token[i, :count] = torch.from_numpy(v.tokens), 1.0
            guesses[i, :count], guess_probs[i, :count] = torch.from_numpy(v.guesses), torch.from_numpy(v.guess_probs)
        language = torch.from_numpy(np.stack([v.language for v in values]))
        texts = tuple(v.text for v in values)
        return TranscriptTarget(fed, tokens, is_token, guesses, guess_probs, language, texts)


def _one_hot(tag: str) -> np.ndarray:
    return np.eye(len(LANGUAGES), dtype=np.float32)[language_index(tag)]
