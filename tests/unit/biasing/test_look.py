"""An expected word is written where audio and bias together like it better, and nowhere else; drafts change nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

import allears
from allears.biasing.bias import Bias, Proposal
from allears.biasing.biasing import Biasing
from allears.biasing.look import Again, look_again, look_for
from allears.decode.greedy import Greedy, write_greedily
from allears.decode.tokenizer import Tokenizer
from allears.vocabulary import Vocabulary

PROMPT = (Vocabulary.end + 2, Vocabulary.end + 3)
FRAMES = 50
HEARD = " Play songs by Rianna today."
MEANT = " Play songs by Rihanna today."


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(Path(allears.__file__).parent / "models" / "allears-base" / "vocabulary.txt")


class FakeDecoder:
    """Has heard one of some texts, each with a probability, so that ln p of each whole text is known."""

    def __init__(self, texts: Mapping[str, float], vocabulary: Vocabulary) -> None:
        self.tokenizer = Tokenizer(vocabulary)
        self.texts = [(*self.tokenizer.encode(text), Vocabulary.end) for text in texts]
        self.weights, self.num_passes = list(texts.values()), 0
        self.again = Again(self.step, lambda cache, count: cache[:-count], vocabulary, self.tokenizer)

    def step(self, tokens: Sequence[int], cache: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        self.num_passes += 1
        logits = np.full((len(tokens), Vocabulary.end + 200), -40.0, np.float32)
        rows = np.zeros((1, len(tokens), FRAMES), np.float32)
        for row in range(len(tokens)):
            fed = (*cache, *tokens[: row + 1])[len(PROMPT) :]
            for text, weight in zip(self.texts, self.weights, strict=True):
                if text[: len(fed)] == fed and len(fed) < len(text):
                    logits[row, text[len(fed)]] = np.logaddexp(logits[row, text[len(fed)]], math.log(weight))
            rows[:, row, min(FRAMES - 1, len(fed))] = 1.0
        return logits, rows, (*cache, *tokens)

    def write(self, draft: AllOf | None = None) -> Greedy:
        vocabulary, cut = self.again.vocabulary, self.again.cut
        return write_greedily(self.step, PROMPT, (), vocabulary, 60, draft=draft, cut=cut, keep=True)

    def text(self, greedy: Greedy) -> str:
        return self.again.vocabulary.decode(greedy.tokens)


class AllOf:
    """Drafts one text."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self.tokens = tokens

    def ahead(self, tokens: Sequence[int]) -> Sequence[int]:
        return self.tokens[len(tokens) : len(tokens) + 4]

    def learn(self, num_guessed: int, num_right: int) -> None:
        pass


def _look(fake: FakeDecoder, greedy: Greedy, gain: float, written: str = "Rihanna") -> Greedy:
    class Expects:
        def propose(self, heard: Sequence[str]) -> list[Proposal]:
            place = heard.index("rianna")
            return [Proposal(place, place + 1, written, gain)]

    assert greedy.seen is not None
    return look_again(greedy, greedy.seen, Expects(), fake.again)


@pytest.mark.parametrize(("gain", "is_taken"), [(0.5, False), (2.4, False), (3.0, True), (9.0, True)])
def test_the_bonus_has_to_outweigh_the_audio(vocabulary: Vocabulary, gain: float, is_taken: bool) -> None:
    """ln(0.9 / 0.1) = 2.2 nats, and the margin of 0.3."""
    fake = FakeDecoder({HEARD: 0.9, MEANT: 0.1}, vocabulary)
    found = _look(fake, fake.write(), gain)
    assert fake.text(found) == (MEANT if is_taken else HEARD)
    assert len(found.logprobs) == len(found.tokens) + 1 == found.alignment.shape[1]
    assert sum(found.logprobs) == pytest.approx(math.log(0.1 if is_taken else 0.9), abs=0.03), "without the bonus"
    assert found.num_passes == fake.num_passes


@pytest.mark.parametrize("gain", [1.0, 4.0])
def test_a_draft_changes_nothing(vocabulary: Vocabulary, gain: float) -> None:
    texts = {HEARD: 0.6, MEANT: 0.1, " Play something else.": 0.3}
    plain = FakeDecoder(texts, vocabulary)
    wanted = _look(plain, plain.write(), gain)
    for draft in (HEARD, MEANT, " Play something else.", " Play songs by Rihanna today. And more of it."):
        fake = FakeDecoder(texts, vocabulary)
        found = _look(fake, fake.write(AllOf(fake.tokenizer.encode(draft))), gain)
        assert found.tokens == wanted.tokens
        assert found.logprobs == pytest.approx(wanted.logprobs)
        np.testing.assert_array_equal(found.alignment, wanted.alignment)


def test_what_the_audio_leaves_is_not_written(vocabulary: Vocabulary) -> None:
    """The phrase begins well, and then the audio goes on otherwise: there is no bonus for a beginning."""
    fake = FakeDecoder({HEARD: 0.9, " Play songs by Rihannon the great today.": 0.1}, vocabulary)
    assert fake.text(_look(fake, fake.write(), 4.0)) == HEARD


def test_the_spelling_the_decoder_would_begin(vocabulary: Vocabulary) -> None:
    fake = FakeDecoder({HEARD: 0.9, MEANT: 0.1}, vocabulary)
    assert fake.text(_look(fake, fake.write(), 5.0, "rihanna")) == MEANT


def test_an_edit_that_cannot_win_costs_no_pass(vocabulary: Vocabulary) -> None:
    fake = FakeDecoder({HEARD: 1.0}, vocabulary)
    greedy = fake.write()
    before = fake.num_passes
    assert _look(fake, greedy, 5.0).tokens == greedy.tokens
    assert fake.num_passes == before


def test_two_edits_at_once(vocabulary: Vocabulary) -> None:
    heard, meant = (
        " Cold play and now some songs that I like by Rianna",
        " Coldplay and now some songs that I like by Rihanna",
    )
    fake = FakeDecoder({heard: 0.4, meant: 0.1, heard[:-6] + "Rihanna": 0.2, meant[:-7] + "Rianna": 0.2}, vocabulary)
    found = look_for(Biasing(["Coldplay", "Rihanna"]), "en", fake.write(), fake.again)
    assert fake.text(found) == meant


def test_words_at_both_ends_and_punctuation(vocabulary: Vocabulary) -> None:
    fake = FakeDecoder({" Rianna, please.": 0.7, " Rihanna, please.": 0.3}, vocabulary)
    assert fake.text(look_for(Biasing(["Rihanna"]), "en", fake.write(), fake.again)) == " Rihanna, please."
    fake = FakeDecoder({" Please Rianna": 0.7, " Please Rihanna": 0.3}, vocabulary)
    assert fake.text(look_for(Biasing(["Rihanna"]), "en", fake.write(), fake.again)) == " Please Rihanna"


def test_a_text_that_was_cut_or_empty_stays(vocabulary: Vocabulary, caplog: pytest.LogCaptureFixture) -> None:
    fake = FakeDecoder({HEARD: 0.7, MEANT: 0.3}, vocabulary)
    greedy = write_greedily(fake.step, PROMPT, (), vocabulary, 60)
    with caplog.at_level("DEBUG", logger="allears.biasing.look"):
        assert look_for(Biasing(["Rihanna"]), "en", greedy, fake.again) is greedy
    assert "cut or judged again" in caplog.text
    empty = FakeDecoder({"": 1.0}, vocabulary)
    assert look_for(Biasing(["Rihanna"]), "en", empty.write(), empty.again).tokens == []


def test_the_real_bias(vocabulary: Vocabulary) -> None:
    fake = FakeDecoder({HEARD: 0.9, MEANT: 0.1}, vocabulary)
    greedy = fake.write()
    assert greedy.seen is not None
    assert fake.text(look_again(greedy, greedy.seen, Bias({"Rihanna": 1.0}), fake.again)) == MEANT
    assert fake.text(look_again(greedy, greedy.seen, Bias({"Umbrella": 1.0}), fake.again)) == HEARD
