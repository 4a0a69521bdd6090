"""The shape of a grammar spells what its network spells, in fewer positions."""

from __future__ import annotations

import random

import pytest

from allears.commands.grammar import Grammar
from allears.commands.network import ANY, Network
from allears.commands.shape import Shape


def grammar(*sentences: str, **more: object) -> Grammar:
    return Grammar({"language": "en", "intents": {"A": {"data": [{"sentences": list(sentences)}]}}, **more})


def network_letters(network: Network, positions: set) -> tuple[dict, bool]:
    arcs: dict[str, set] = {}
    leaves = [network.leaves(position) for position in positions]
    for one in leaves:
        for letter, after in one.arcs.items():
            if letter != ANY:
                arcs.setdefault(letter, set()).update(position for position, _ in after)
    return arcs, any(one.ends for one in leaves)


def shape_letters(shape: Shape, positions: frozenset) -> tuple[dict, bool]:
    arcs: dict[str, set] = {}
    found = [shape.spelt(position) for position in positions]
    for one in found:
        for letter, after in one.arcs.items():
            arcs.setdefault(letter, set()).update(after)
    return {letter: shape.merged(after) for letter, after in arcs.items()}, any(one.is_end for one in found)


def assert_same_texts(one: Grammar, num_walks: int, seed: int = 0) -> None:
    network, shape, rng = Network(one.sentences.root), Shape(one.sentences.root), random.Random(seed)
    for _ in range(num_walks):
        plain, merged, text = {network.start}, frozenset([shape.start]), ""
        for _ in range(80):
            (plain_arcs, plain_ends), (arcs, ends) = network_letters(network, plain), shape_letters(shape, merged)
            assert (set(arcs), ends) == (set(plain_arcs), plain_ends), text
            if not arcs:
                break
            letter = rng.choice(sorted(arcs))
            plain, merged, text = plain_arcs[letter], arcs[letter], text + letter


def test_the_shape_spells_what_the_network_spells(demo: Grammar) -> None:
    assert_same_texts(demo, 40)


@pytest.mark.parametrize(
    "sentences",
    [
        ["(turn|switch) [the] {room} on", "turn {room} off [now]"],
        ["(red;green;blue) light", "[very] red"],
        ["go[ing] [home] [ now]", "go", "going home"],
        ["a[ ]b", "a[[b] c]"],
    ],
)
def test_spaces_permutations_and_optionals(sentences: list[str]) -> None:
    lists = {"room": {"values": ["big hall", "big [old] house", "hall"]}}
    assert_same_texts(grammar(*sentences, lists=lists), 60)


def test_a_list_that_many_sentences_begin_with_is_one_position() -> None:
    lists = {"room": {"values": ["kitchen"]}}
    shape = Shape(grammar(*(f"{{room}} {letter}x" for letter in "abcdefgh"), lists=lists).sentences.root)
    positions = frozenset([shape.start])
    for letter in "kitchen ":
        positions = shape_letters(shape, positions)[0][letter]
        assert letter == " " or len(positions) == 1
    assert set(shape_letters(shape, positions)[0]) == set("abcdefgh")


def test_words_nobody_gave_are_not_spelt() -> None:
    shape = Shape(grammar("play {anything}", "stop").sentences.root)
    positions = frozenset([shape.start])
    for letter in "play":
        positions = shape_letters(shape, positions)[0][letter]
    assert not shape_letters(shape, positions)[1]
    assert all(not shape_letters(shape, after)[0] for after in shape_letters(shape, positions)[0].values())
