"""The text decoder on one window: what all that looks at a text again needs of it.

In: functions that feed tokens, the cache after the first look, a prompt. Out: texts as tokens, read or searched for.

Letters: N tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allears.decode.beam import Search, write_by_beam
from allears.decode.draft import Draft
from allears.decode.forced import read_forced
from allears.decode.greedy import Cut, Drafter, Greedy, Step, write_greedily
from allears.decode.guards import MAX_TOKENS
from allears.decode.tokenizer import Tokenizer
from allears.vocabulary import Vocabulary

__all__ = ["Reader"]


@dataclass(frozen=True, eq=False)
class Reader:
    """See the module.

    Attributes:
        step: runs the decoder.
        prompt: tokens fed first.
        cache: of the decoder before them.
        vocabulary: of the decoder.
        tokenizer: of the decoder.
        language: Whisper code of the text.
        max_tokens: most text tokens that may be written.
        last_frame: where speech ends; None if nobody knows.
    """

    step: Step
    prompt: Sequence[int]
    cache: Any
    vocabulary: Vocabulary
    tokenizer: Tokenizer
    language: str
    max_tokens: int = MAX_TOKENS
    last_frame: int | None = None

    def text(self, greedy: Greedy) -> str:
        """What was written, as text."""
        return self.vocabulary.decode(greedy.tokens)

    def encode(self, text: str) -> list[int]:
        """Tokens of a text as Whisper would write it, a space first.

        Raises:
            ValueError: a text longer than the decoder can hold.
        """
        tokens = self.tokenizer.encode(" " + text.strip()) if text.strip() else []
        if len(tokens) > MAX_TOKENS:
            raise ValueError(
                f"a text of {len(tokens)} tokens cannot be judged in one window, {text[:40]!r}...: give one of at most "
                f"{MAX_TOKENS}, such as what was said in 30 s"
            )
        return tokens

    def draft(self, text: str) -> Draft:
        """Guesses by a text without case and punctuation."""
        return Draft(text, self.language, self.tokenizer, self.vocabulary)

    def write(self, draft: Drafter | None, cut: Cut, *, keep: bool = False) -> Greedy:
        """The likeliest token again and again; see `write_greedily`."""
        return write_greedily(
            self.step,
            self.prompt,
            self.cache,
            self.vocabulary,
            self.max_tokens,
            last_frame=self.last_frame,
            draft=draft,
            cut=cut,
            keep=keep,
        )

    def read(self, texts: Sequence[Sequence[int]]) -> list[Greedy]:
        """Each text (N,) as if it had been written: one pass for all, and one for each."""
        return read_forced(self.step, self.prompt, self.cache, texts)

    def search(self, sure: Sequence[int], how: Search, *, keep: bool = False) -> list[Greedy]:
        """Texts that begin with the tokens that are sure, best first."""
        return write_by_beam(
            self.step,
            self.prompt,
            self.cache,
            self.vocabulary,
            self.max_tokens,
            search=how,
            last_frame=self.last_frame,
            sure=sure,
            keep=keep,
        )
