"""A head learns its lessons, in the time there is."""

from __future__ import annotations

import itertools

import pytest
import torch

from allears.commands.grammar import Grammar
from allears.parts.spelling import SpellingHead
from allears.transfer.commands.accuracy import accuracy
from allears.transfer.commands.fit import fit, target_of
from allears.transfer.commands.lesson import Lesson

NAMES = ("", "\u2581", "f", "n", "o")
DIM = 6


def lesson(text: str) -> Lesson:
    """Two frames a letter that say which one it is, a blank one after each, and a tail."""
    features = torch.zeros(3 * len(text) + 4, DIM)
    for at, letter in enumerate(text):
        features[3 * at : 3 * at + 2, NAMES.index(letter)] = 3.0
    units = tuple(NAMES.index(letter) for letter in text)
    return Lesson(text, units, features.half(), 3 * len(text))


LESSONS = [lesson(text) for text in ("on", "off", "no", "on", "off")]


def head_of() -> SpellingHead:
    torch.manual_seed(0)
    return SpellingHead(DIM, len(NAMES), body="linear", hidden=1)


def clock(num_steps: int):
    steps = itertools.count()
    return lambda: next(steps) / num_steps


def test_targets_hold_what_is_of_the_clip() -> None:
    features, frames, target = target_of(LESSONS[:2])
    assert features.shape == (2, 13, DIM)
    assert frames.tolist() == [10, 13]
    assert target.num_frames.tolist() == [6, 9]
    assert target.units.tolist() == [[4, 3, 0], [4, 2, 2]]


def test_a_head_learns_and_understands_more() -> None:
    data = {
        "language": "en",
        "intents": {"A": {"data": [{"sentences": ["on"]}]}, "B": {"data": [{"sentences": ["off"]}]}},
    }
    grammar = Grammar(data, threshold=0.8)
    tested = [lesson("on"), lesson("off")]
    head = head_of()
    before = accuracy(grammar, head, tested, NAMES, 0.02)
    steps, loss = fit(head, LESSONS, len(NAMES), clock(60), lr=0.2)
    assert steps == 60
    assert loss < 0.5
    assert accuracy(grammar, head, tested, NAMES, 0.02) == 1.0 > before
    assert not head.training


def test_rehearsed_speech_is_spelt_as_before() -> None:
    other = lesson("foof")
    moved = []
    for rehearsed in ((), (other.features,)):
        head = head_of()
        frames = torch.tensor([len(other.features)])
        before = head(other.features.float()[None], frames).log_softmax(-1).detach()
        fit(head, LESSONS[2:3], len(NAMES), clock(60), rehearsed=rehearsed, lr=0.05)
        after = head(other.features.float()[None], frames).log_softmax(-1).detach()
        moved.append(float((after - before).abs().mean()))
    assert moved[1] < 0.5 * moved[0]


def test_the_same_seed_gives_the_same_head() -> None:
    one, two = head_of(), head_of()
    assert fit(one, LESSONS, len(NAMES), clock(5)) == fit(two, LESSONS, len(NAMES), clock(5))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))


def test_nothing_to_measure_on_is_an_error() -> None:
    data = {"language": "en", "intents": {"A": {"data": [{"sentences": ["on"]}]}}}
    with pytest.raises(ValueError, match="no lesson to measure on"):
        accuracy(Grammar(data), head_of(), [], NAMES, 0.02)
