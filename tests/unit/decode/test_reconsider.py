"""When a text is looked at again, and which one is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from allears.decode import reconsider as module
from allears.decode.beam import Search
from allears.decode.greedy import Greedy
from allears.decode.reader import Reader
from allears.decode.reconsider import Doubt, reconsider, sure_tokens
from allears.vocabulary import Vocabulary
from tests.unit.ctc_scores import spelt
from tests.unit.tiny import write_tokenizer

DOUBT = Doubt(ctc_weight=0.3, below=-0.25, search=Search(3, 2.0))
UNSURE = [-0.5, -0.5, -0.5, -0.5]


def written(tokens: Sequence[int], logprobs: Sequence[float], margins: Sequence[float] = (), passes: int = 4) -> Greedy:
    return Greedy(list(tokens), list(logprobs), np.ones((1, len(logprobs), 5)), num_passes=passes, margins=margins)


class Found(Reader):
    """A decoder that finds what the test wants, and notes after which tokens it was to search."""

    def search(self, sure: Sequence[int], how: Search, *, keep: bool = False) -> list[Greedy]:
        self.prompt.append(list(sure))  # type: ignore[attr-defined]
        return [written([300, 301, 302], [-0.2] * 4, passes=30), written([300, 303], [-0.1] * 3, passes=30)]


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path_factory.mktemp("v") / "t.json", 400))


@pytest.fixture
def reader(vocabulary: Vocabulary) -> Found:
    never: object = None
    return Found(never, [], None, vocabulary, never, "en")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("logprobs", "margins", "wanted"),
    [
        (UNSURE, [9.0, 1.0, 0.5, 9.0], [300]),  # after the first token
        (UNSURE, [9.0, 9.0, 9.0, 0.5], [300, 301, 302]),  # only the end is not sure
        ([-0.2] * 4, [1.0] * 4, None),  # sure as a whole
        (UNSURE, [9.0] * 4, None),  # no other token comes near
    ],
)
def test_the_tokens_before_the_first_choice_are_sure(
    logprobs: list[float], margins: list[float], wanted: list[int] | None
) -> None:
    greedy = written([300, 301, 302], logprobs, margins)
    assert sure_tokens(greedy, DOUBT) == wanted
    assert sure_tokens(greedy, replace(DOUBT, search=Search(0))) is None
    assert sure_tokens(written([], [-1.0], [0.1]), DOUBT) is None


def test_a_sure_text_stays(reader: Found) -> None:
    greedy = written([300, 301, 302], [-0.1] * 4, [1.0] * 4)
    assert reconsider(greedy, reader, None, DOUBT) is greedy
    assert reader.prompt == []


def test_the_decoder_alone_takes_the_likelier_text(reader: Found) -> None:
    better = reconsider(written([300, 301, 302], UNSURE, [9.0, 1.0, 1.0, 1.0]), reader, None, DOUBT)
    assert better.tokens == [300, 303]
    assert reader.prompt == [[300]]
    assert better.num_passes == 34, "what looking cost is counted"
    worse = written([300, 301, 302], [-0.26] * 4, [9.0, 1.0, 1.0, 1.0])
    assert reconsider(worse, reader, None, replace(DOUBT, below=0.0)).tokens == [300, 303]


def test_what_the_decoder_wrote_stays_if_nothing_better_was_found(reader: Found) -> None:
    greedy = written([300, 304], [-0.05] * 3, [9.0, 1.0, 1.0])
    kept = reconsider(greedy, reader, None, replace(DOUBT, below=0.0))
    assert (kept.tokens, kept.num_passes) == ([300, 304], 34)


def test_ctc_has_a_say(reader: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {(300, 301, 302): "so it goes", (300, 303): "so it", (300, 304): "sew"}
    monkeypatch.setattr(Found, "text", lambda _, greedy: texts[tuple(greedy.tokens)])
    monkeypatch.setattr(module, "why_suspicious", lambda *_: None)
    greedy = written([300, 304], [-0.5] * 3, [9.0, 1.0, 1.0])
    assert reconsider(greedy, reader, None, DOUBT).tokens == [300, 303]
    assert reconsider(greedy, reader, spelt("so it goes"), DOUBT).tokens == [300, 301, 302]
    assert reconsider(greedy, reader, spelt("so it goes"), replace(DOUBT, ctc_weight=0.0)).tokens == [300, 303]
