"""Readings by remembered steps are those of following every way letter by letter."""

from __future__ import annotations

from allears.commands.grammar import Grammar
from allears.commands.matching import _MAX_HISTORIES, _reading, read
from allears.commands.network import ANY, Network
from allears.commands.steps import Steps


def plainly(text: str, network: Network) -> list[tuple]:
    """Every reading, each way followed with its marks; as many to a place as `read` keeps."""
    heads = {network.start: [None]}
    for at, letter in enumerate(text):
        moved: dict = {}
        for position, histories in heads.items():
            for key in (letter, ANY):
                for after, marks in network.leaves(position).arcs.get(key, ()):
                    kept = moved.setdefault(after, [])
                    some = histories[: _MAX_HISTORIES - len(kept)]
                    kept += [(history, at, marks) if marks else history for history in some]
        heads = moved
    found = [
        _reading((history, len(text), marks), text)
        for position, histories in heads.items()
        for marks in network.leaves(position).ends
        for history in histories
    ]
    return [(one.meaning, dict(one.spans), one.num_free, one.log_weight) for one in found if one is not None]


def test_readings_are_those_of_every_way(demo: Grammar) -> None:
    network = Network(demo.sentences.root)
    steps = Steps(network)
    for text, _ in demo.say(40, seed=3):
        for said in (text, text[:-1], f"please {text}"):
            every = plainly(said, network)
            found = [(one.meaning, dict(one.spans), one.num_free, one.log_weight) for one in read(said, steps)]
            assert {meaning for meaning, *_ in found} == {meaning for meaning, *_ in every}
            assert all(one in every for one in found)


def test_steps_are_found_once(demo: Grammar) -> None:
    steps = Steps(Network(demo.sentences.root))
    text = next(iter(demo.say(1, seed=3)))[0]
    first, again = steps.follow(text), steps.follow(text)
    assert first is not None
    assert again is not None
    assert all(a is b for a, b in zip(first, again, strict=True))
    assert steps.follow(text + " qqq") is None


def test_the_empty_text_is_at_the_start(demo: Grammar) -> None:
    steps = Steps(Network(demo.sentences.root))
    assert steps.follow("") == []
    assert read("", steps) == []
