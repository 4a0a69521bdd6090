"""With any draft the text decoder writes what it writes without one, in no more passes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allears.decode.greedy import Greedy, write_greedily
from allears.vocabulary import Vocabulary
from tests.unit.tiny import write_tokenizer

END = Vocabulary.end
PROMPT = [1, 2, 3]
FIRST, COUNT = 300, 12  # tokens the fake decoder likes


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path_factory.mktemp("v") / "t.json", 400))


class FakeDecoder:
    """What it says depends on every token fed so far, which is all its cache holds; it likes to end and to repeat."""

    def __init__(self, seed: int) -> None:
        self.seed, self.num_passes = seed, 0

    def step(self, tokens: Sequence[int], cache: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        self.num_passes += 1
        logits = np.zeros((len(tokens), END + 10), np.float32)
        alignment = np.zeros((2, len(tokens), 400), np.float32)
        for row, _ in enumerate(tokens):
            fed = (*cache, *tokens[: row + 1])
            # of the last one to three tokens alone: so that it runs into loops
            rng = np.random.default_rng([self.seed, *fed[-1 - self.seed % 3 :]])
            logits[row, FIRST : FIRST + COUNT] = rng.normal(0, 3, COUNT)
            logits[row, END] = -5.0 + 0.25 * len(fed)
            logits[row, list(range(60))] = rng.normal(0, 2, 60)  # signs that are never speech among them
            alignment[:, row] = rng.random((2, 400))
            alignment[:, row, min(399, 9 * len(fed) if self.seed % 4 == 1 else 20)] = 2.0
        return logits, alignment, (*cache, *tokens)


class RandomDraft:
    """Guesses some right tokens and then wrong ones; nothing of it depends on what was learned."""

    def __init__(self, truth: Sequence[int], share: float, seed: int) -> None:
        self.truth, self.share, self.rng = truth, share, np.random.default_rng(seed)
        self.learned: list[tuple[int, int]] = []

    def ahead(self, tokens: Sequence[int]) -> list[int]:
        right = [*self.truth, END][len(tokens) : len(tokens) + int(self.rng.integers(0, 9))]
        wrong = self.rng.integers(FIRST, FIRST + COUNT, len(right) + 3).tolist()
        picked = [t if self.rng.random() < self.share else w for t, w in zip(right, wrong, strict=False)]
        return [*picked, *wrong[len(right) :]] if self.rng.random() < 0.5 else picked

    def learn(self, num_guessed: int, num_right: int) -> None:
        self.learned.append((num_guessed, num_right))


def _cut(cache: tuple[int, ...], count: int) -> tuple[int, ...]:
    return cache[:-count]


def assert_same(one: Greedy, other: Greedy) -> None:
    assert one.tokens == other.tokens
    assert one.logprobs == other.logprobs
    np.testing.assert_array_equal(one.alignment, other.alignment)
    assert (one.num_held, one.is_cut) == (other.num_held, other.is_cut)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("max_tokens", "last_frame"), [(45, None), (45, 390), (5, None)])
def test_any_draft_gives_the_same_text(
    vocabulary: Vocabulary, seed: int, max_tokens: int, last_frame: int | None
) -> None:
    plain = FakeDecoder(seed)
    wanted = write_greedily(plain.step, PROMPT, (), vocabulary, max_tokens, last_frame=last_frame)
    assert wanted.num_passes == plain.num_passes
    for share in (0.0, 0.6, 1.0):
        fake = FakeDecoder(seed)
        draft = RandomDraft(wanted.tokens, share, seed)
        drafted = write_greedily(
            fake.step, PROMPT, (), vocabulary, max_tokens, last_frame=last_frame, draft=draft, cut=_cut
        )
        assert_same(drafted, wanted)
        assert drafted.num_passes == fake.num_passes <= wanted.num_passes
        assert all(0 <= right <= guessed for guessed, right in draft.learned)


def test_the_cases_above_are_of_every_sort(vocabulary: Vocabulary) -> None:
    written = [
        write_greedily(FakeDecoder(seed).step, PROMPT, (), vocabulary, 40, last_frame=last)
        for seed in range(6)
        for last in (None, 390)
    ]
    assert any(one.is_cut for one in written)
    assert any(one.num_held for one in written)
    assert any(len(one.tokens) > 9 and not one.is_cut for one in written)


class AllOfIt:
    """Knows the whole text."""

    def __init__(self, truth: Sequence[int]) -> None:
        self.truth = truth

    def ahead(self, tokens: Sequence[int]) -> Sequence[int]:
        return self.truth[len(tokens) :]

    def learn(self, num_guessed: int, num_right: int) -> None:
        assert num_guessed == num_right


def test_a_perfect_draft_takes_one_pass_after_the_prompt(vocabulary: Vocabulary) -> None:
    wanted = write_greedily(FakeDecoder(2).step, PROMPT, (), vocabulary, 40)
    draft = AllOfIt(wanted.tokens)
    drafted = write_greedily(FakeDecoder(2).step, PROMPT, (), vocabulary, 40, draft=draft, cut=_cut)
    assert_same(drafted, wanted)
    assert len(wanted.tokens) > 3 and not wanted.is_cut
    assert drafted.num_passes == 2
