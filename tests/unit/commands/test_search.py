from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest

from allears.commands.grammar import Grammar
from allears.commands.search import Beam, search
from allears.commands.sound import letter_frames, spell
from allears.commands.states import States
from tests.unit.commands.heard import NAMES, heard, log_softmax

SMALL = ("", "\u2581", "a", "b")


def states_of(*sentences, names=NAMES):
    grammar = Grammar({"language": "en", "intents": {"A": {"data": [{"sentences": list(sentences)}]}}})
    return States(grammar.sentences.root, names)


def plainly(logprobs, sentences, names):
    """The best alignment of each sentence, found by trying every path."""
    best = {}
    for path in product(range(len(names)), repeat=len(logprobs)):
        text = "".join(names[unit] for unit, _ in groupby(path)).replace("\u2581", " ")
        if text in sentences:
            score = sum(logprobs[t, unit] for t, unit in enumerate(path))
            best[text] = max(best.get(text, -np.inf), score)
    return best


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_trying_every_path(seed):
    sentences = ["a", "aa", "ab", "a b", "bab"]
    logprobs = log_softmax(np.random.default_rng(seed).normal(0, 1, (6, len(SMALL))))
    found = search(logprobs, states_of(*sentences, names=SMALL), Beam(width=1e9))
    ours = {"".join(SMALL[u] for u in one.units).replace("\u2581", " "): one.logprob for one in found}
    assert ours == pytest.approx(plainly(logprobs, sentences, SMALL), abs=1e-4)
    assert [one.logprob for one in found] == sorted(ours.values(), reverse=True)


def test_what_is_said_in_noise_is_found(demo):
    states = States(demo.sentences.root, NAMES)
    texts = [text for text, _ in demo.say(12, seed=5)]
    found = [search(log_softmax(heard(t, noise=2.0, seed=i)), states)[0].units for i, t in enumerate(texts)]
    spelt = ["".join(NAMES[u] for u in units).replace("\u2581", " ") for units in found]
    wrong = [(text, other) for text, other in zip(texts, spelt, strict=True) if text != other]
    assert len(wrong) <= 1, wrong


def test_the_beam_loses_nothing_that_matters(demo):
    states = States(demo.sentences.root, NAMES)
    logprobs = log_softmax(heard("set the volume to forty two percent", noise=2.0, seed=3))
    narrow, wide = search(logprobs, states), search(logprobs, states, Beam(width=60, most=100_000))
    assert narrow[0] == wide[0]


def test_silence_and_a_beginning_are_no_sentence():
    states = states_of("on", "off")
    silence = np.full((20, len(NAMES)), -20.0, np.float32)
    silence[:, 0] = 0.0
    found = search(silence, states)
    assert not found or found[0].logprob < -20


def test_words_the_head_cannot_spell_are_counted_and_accents_are_none(caplog):
    states = states_of("caf\u00e9", "\u03c9")
    assert search(log_softmax(heard("cafe")), states)[0].units == tuple(map(NAMES.index, "cafe"))
    assert states.unspelt == {"\u03c9": 1}
    assert "no unit for" in caplog.text


PIECES = ("", "\u2581turn", "\u2581o", "n", "ff", "\u2581on", "\u2581t", "urn", "\u2581", "<x>")


@pytest.mark.parametrize(
    ("cut", "text"),
    [(("\u2581turn", "\u2581on"), "turn on"), (("\u2581t", "urn", "\u2581o", "ff"), "turn off")],
)
def test_a_head_may_spell_with_pieces_of_words_cut_in_any_way(cut, text):
    states = states_of("turn on", "turn off", names=PIECES)
    scores = np.full((2 * len(cut) + 1, len(PIECES)), -5.0)
    scores[::2, 0] = 5.0
    for frame, piece in enumerate(cut):
        scores[2 * frame + 1, PIECES.index(piece)] = 5.0
    best = search(log_softmax(scores), states)[0]
    assert [PIECES[unit] for unit in best.units] == list(cut)
    assert spell(best.units, PIECES) == text
    frames = letter_frames([(2 * i + 1, 2 * i + 2) for i in range(len(cut))], best.units, PIECES)
    assert len(frames) == len(text)
    assert frames[0] == (1, 2)
    assert frames[-1] == (2 * len(cut) - 1, 2 * len(cut))


def test_drawn_sentences_are_of_the_grammar(demo):
    assert all(demo.readings(text) for text, _ in demo.say(50, seed=1))
    assert list(demo.say(5, seed=1)) == list(demo.say(5, seed=1))


def test_nothing_to_say_is_an_error():
    grammar = Grammar({"language": "en", "intents": {"A": {"data": [{"sentences": ["play {x}"]}]}}})
    with pytest.raises(ValueError, match="fill the lists x"):
        list(grammar.say(1))
