"""A small beam, around a decoder whose probabilities the test writes down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from allears.decode.beam import Search, write_by_beam
from allears.decode.greedy import Greedy, write_greedily
from allears.vocabulary import Vocabulary
from tests.unit.tiny import write_tokenizer

END = Vocabulary.end
PROMPT = [1, 2, 3]
A, B, C = 300, 301, 302

# text so far -> probability of what comes next; the likeliest first token leads to a place where nothing is likely
TRAP = {
    (): {A: 0.5, B: 0.4, C: 0.1},
    (A,): {A: 0.33, B: 0.3, C: 0.27, END: 0.1},
    (B,): {C: 0.98, END: 0.02},
    (B, C): {END: 0.99, A: 0.01},
}


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path_factory.mktemp("v") / "t.json", 400))


class Decoder:
    """Says what the table says; the end, where it says nothing. The cache is what it was fed."""

    def __init__(self, table: Mapping[tuple[int, ...], Mapping[int, float]]) -> None:
        self.table, self.fed = table, list[list[int]]()

    def __call__(self, tokens: Sequence[int], cache: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        self.fed.append(list(tokens))
        logits = np.full((len(tokens), END + 1), -30.0, np.float32)
        for row, place in enumerate(range(1, len(tokens) + 1)):
            text = tuple(token for token in (*cache, *tokens[:place]) if token not in PROMPT)
            for token, probability in self.table.get(text, {END: 1.0}).items():
                logits[row, token] = np.log(probability)
        frames = np.arange(len(cache), len(cache) + len(tokens), dtype=np.float32)
        return logits, np.broadcast_to(frames[None, :, None], (2, len(tokens), 5)), (*cache, *tokens)


def _search(vocabulary: Vocabulary, decoder: Decoder, max_tokens: int = 20, **how: float) -> list[Greedy]:
    search = Search(int(how.get("width", 3)), how.get("reach", 10.0))
    return write_by_beam(decoder, PROMPT, (), vocabulary, max_tokens, search=search)


def test_a_text_that_begins_less_likely_may_be_likelier_as_a_whole(vocabulary: Vocabulary) -> None:
    decoder = Decoder(TRAP)
    assert write_greedily(decoder, PROMPT, (), vocabulary, 20).tokens[0] == A
    best = _search(vocabulary, decoder)[0]
    assert best.tokens == [B, C]
    np.testing.assert_allclose(np.exp(best.logprobs), [0.4, 0.98, 0.99], atol=1e-3)
    assert best.alignment[0, :, 0].tolist() == [2.0, 3.0, 4.0], "the rows that predicted each token"


def test_texts_come_best_first_by_their_mean(vocabulary: Vocabulary) -> None:
    means = [float(np.mean(text.logprobs)) for text in _search(vocabulary, Decoder(TRAP))]
    assert len(means) > 1
    assert means == sorted(means, reverse=True)


def test_one_text_at_a_time_is_what_greedy_writes(vocabulary: Vocabulary) -> None:
    (only,) = _search(vocabulary, Decoder(TRAP), width=1)
    assert only.tokens == write_greedily(Decoder(TRAP), PROMPT, (), vocabulary, 20).tokens


def test_what_is_far_below_the_best_costs_no_pass(vocabulary: Vocabulary) -> None:
    sure = {(): {A: 0.99, B: 0.01}, (A,): {B: 0.99, C: 0.01}, (A, B): {END: 0.99, C: 0.01}}
    decoder = Decoder(sure)
    (only,) = _search(vocabulary, decoder, reach=2.0)
    assert only.tokens == [A, B]
    assert (only.num_passes, decoder.fed) == (3, [PROMPT, [A], [B]])


def test_sure_tokens_are_read_at_once(vocabulary: Vocabulary) -> None:
    decoder = Decoder({(A, B): {C: 0.5, A: 0.5}})
    texts = write_by_beam(decoder, PROMPT, (), vocabulary, 20, search=Search(3, 5.0), sure=[A, B])
    assert {tuple(text.tokens) for text in texts} == {(A, B, C), (A, B, A)}
    assert decoder.fed[:2] == [PROMPT, [A, B]]
    np.testing.assert_allclose(np.exp(texts[0].logprobs)[-2:], [0.5, 1.0], atol=1e-3)
    assert len(texts[0].logprobs) == texts[0].alignment.shape[1] == 4


def test_no_text_is_longer_than_the_budget(vocabulary: Vocabulary) -> None:
    endless = {(A,) * n + rest: {A: 0.5, B: 0.5} for n in range(5) for rest in ((), (B,))}
    texts = _search(vocabulary, Decoder(endless), max_tokens=3)
    assert texts and max(len(text.tokens) for text in texts) <= 3


def test_what_is_never_speech_is_not_written(vocabulary: Vocabulary) -> None:
    bracket = next(i for i in vocabulary.non_speech if vocabulary.piece(i) == b"[")
    texts = _search(vocabulary, Decoder({(): {bracket: 0.9, A: 0.1}}))
    assert texts[0].tokens == [A]


def test_what_it_thought_is_kept_if_it_is_asked(vocabulary: Vocabulary) -> None:
    search = Search(3, 10.0)
    best = write_by_beam(Decoder(TRAP), PROMPT, (), vocabulary, 20, search=search, keep=True)[0]
    assert best.seen is not None
    assert (best.seen.num_fed, best.seen.cache) == (2, (*PROMPT, B, C))
    assert best.seen.logprob(0, A) == pytest.approx(np.log(0.5), abs=1e-2)
    assert best.seen.logprob(2, END) == pytest.approx(np.log(0.99), abs=1e-2)
