"""The loop around a text decoder, with a decoder that says what the test wants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from allears.decode.greedy import Greedy, write_greedily
from allears.vocabulary import Vocabulary
from tests.unit.tiny import write_tokenizer

END = Vocabulary.end
PROMPT = [1, 2, 3]


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path_factory.mktemp("v") / "t.json", 400))


def _write(
    vocabulary: Vocabulary, wishes: Sequence[Sequence[int]], max_tokens: int = 50
) -> tuple[Greedy, list[list[int]]]:
    """Write with a decoder that likes `wishes[i]` best at step i, in that order. Also gives what it was fed."""
    fed: list[list[int]] = []

    def step(tokens: Sequence[int], cache: int) -> tuple[np.ndarray, np.ndarray, int]:
        fed.append(list(tokens))
        logits = np.zeros((len(tokens), END + 1500), np.float32)
        for rank, token in enumerate(wishes[min(cache, len(wishes) - 1)]):
            logits[-1, token] = 30.0 - 5.0 * rank
        alignment = np.full((2, len(tokens), 5), float(cache), np.float32)
        return logits, alignment, cache + 1

    return write_greedily(step, PROMPT, 0, vocabulary, max_tokens), fed


def test_each_token_is_fed_back_until_the_end(vocabulary: Vocabulary) -> None:
    greedy, fed = _write(vocabulary, [[300], [301], [END]])
    assert greedy.tokens == [300, 301]
    assert fed == [PROMPT, [300], [301]]
    assert greedy.alignment.shape == (2, 3, 5)
    assert greedy.alignment[0, :, 0].tolist() == [0.0, 1.0, 2.0]
    np.testing.assert_allclose(np.exp(greedy.logprobs), 1.0, atol=1e-3)


def test_no_text_is_an_answer(vocabulary: Vocabulary) -> None:
    greedy, _ = _write(vocabulary, [[END]])
    assert greedy.tokens == []
    assert len(greedy.logprobs) == greedy.alignment.shape[1] == 1


def test_what_is_never_speech_is_passed_over(vocabulary: Vocabulary) -> None:
    bracket = next(i for i in vocabulary.non_speech if vocabulary.piece(i) == b"[")
    beyond_text = END + 5
    greedy, _ = _write(vocabulary, [[beyond_text, bracket, Vocabulary.blank, 300], [Vocabulary.blank], [END]])
    assert greedy.tokens == [300, Vocabulary.blank], "a blank may not come first, but later it may"


def test_what_would_open_a_quote_does_not_end(tmp_path: Path) -> None:
    path = write_tokenizer(tmp_path / "t.json", 400)
    path.write_text(path.read_text(encoding="utf-8").replace('"Ġaaaa"', json.dumps('Ġ"')), encoding="utf-8")
    quoting = Vocabulary.from_tokenizer_json(path)
    opener = quoting.non_speech[-1]
    assert quoting.piece(opener) == b' "'
    greedy, _ = _write(quoting, [[300], [opener, END, 301], [END, opener]])
    assert greedy.tokens == [300, 301], "the end was likelier than 301, but a quote was likelier still"
    greedy, _ = _write(quoting, [[300], [opener, END, 301]], max_tokens=1)
    assert greedy.tokens == [300] and np.isfinite(greedy.logprobs).all()


def test_no_more_than_the_budget(vocabulary: Vocabulary) -> None:
    greedy, _ = _write(vocabulary, [[300 + i] for i in range(20)], max_tokens=7)
    assert greedy.tokens == list(range(300, 307))
    assert len(greedy.logprobs) == greedy.alignment.shape[1] == 8


def test_a_loop_is_cut_while_it_is_written(vocabulary: Vocabulary) -> None:
    phrase = [300, 301, 302, 303]
    greedy, fed = _write(vocabulary, [[token] for token in [310, *phrase * 10]])
    assert greedy.tokens == [310, *phrase]
    assert len(greedy.logprobs) == greedy.alignment.shape[1] == 6
    assert len(fed) == 13, "it stops at the third round"


def _follow(
    vocabulary: Vocabulary, wishes: Sequence[Sequence[int]], places: Sequence[int], last_frame: int | None = None
) -> Greedy:
    """Write with a decoder whose attention is at frame `places[i]` of 1,000 when it says `wishes[i]`."""

    def step(tokens: Sequence[int], cache: int) -> tuple[np.ndarray, np.ndarray, int]:
        logits = np.zeros((len(tokens), END + 1500), np.float32)
        for rank, token in enumerate(wishes[min(cache, len(wishes) - 1)]):
            logits[-1, token] = 30.0 - 5.0 * rank
        alignment = np.zeros((2, len(tokens), 1_000), np.float32)
        alignment[:, -1, places[min(cache, len(places) - 1)]] = 1.0
        return logits, alignment, cache + 1

    return write_greedily(step, PROMPT, 0, vocabulary, 50, last_frame=last_frame)


def test_the_end_is_refused_while_speech_goes_on(vocabulary: Vocabulary) -> None:
    wishes = [[300], [END, 301], [302], [END, 303]]
    assert _follow(vocabulary, wishes, [10, 20, 290, 300], last_frame=310).tokens == [300, 301, 302]
    assert _follow(vocabulary, wishes, [10, 20, 290, 300]).tokens == [300], "nobody knows where speech ends"
    assert _follow(vocabulary, wishes, [220, 230], last_frame=310).tokens == [300], "what is left is under 2 s"


def test_the_end_is_refused_three_times_at_most(vocabulary: Vocabulary) -> None:
    heard = _follow(vocabulary, [[300], *[[END, 301 + i] for i in range(9)]], [10], last_frame=900)
    assert heard.tokens == [300, 301, 302, 303]
    assert np.isfinite(heard.logprobs).all()


def test_words_that_are_said_again_are_no_loop(vocabulary: Vocabulary) -> None:
    wishes = [[token] for token in [300, 301, 302, 303] * 4] + [[END]]
    assert _follow(vocabulary, wishes, [10 * i for i in range(20)]).tokens == [300, 301, 302, 303] * 4
    assert _follow(vocabulary, wishes, [10]).tokens == [300, 301, 302, 303], "the attention stands still"
