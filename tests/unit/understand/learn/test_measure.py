from __future__ import annotations

import pytest

from allears.understand import Reader
from allears.understand.learn.data import read_data
from allears.understand.learn.measure import measure_set
from allears.understand.learn.recipe import load_text_recipe
from allears.understand.learn.sentences import Example
from tests.unit.understand.conftest import Trained


def test_what_was_learned_is_measured(trained: Trained) -> None:
    reader, data = Reader(trained.model), read_data(load_text_recipe(trained.recipe))
    home = measure_set(reader, "home", data.examples["home"]["test"])
    assert home.num_sentences == 6 and home.intent_accuracy == 1.0 and home.slot_f1 == 1.0 and home.whole == 1.0
    assert home.scope_auroc is None and home.out_recall is None, "no sentence is out of scope"
    music = measure_set(reader, "music", data.examples["music"]["test"])
    assert music.num_sentences == 4 and music.scope_auroc == 1.0


def test_a_wrong_value_costs(trained: Trained) -> None:
    wrong = Example("x", ("light", "on", "in", "the", "kitchen"), ("O", "O", "O", "B-room", "I-room"), "on", True, {})
    found = measure_set(Reader(trained.model), "home", [wrong])
    assert found.slot_f1 == 0.0 and found.whole == 0.0 and found.intent_accuracy == 1.0


def test_nothing_to_measure(trained: Trained) -> None:
    with pytest.raises(ValueError, match="no test sentence of 'home' has an intent"):
        measure_set(Reader(trained.model), "home", [])
