"""Every text recipe that ships parses, and reads what `allears data prepare` makes of the corpora it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.data.prepare import prepare
from allears.understand.learn.data import read_data
from allears.understand.learn.recipe import load_text_recipe
from tests.unit.data.recipes.tree import write
from tests.unit.understand.tiny_text import write_bert, write_sentences

FOLDER = Path(__file__).parents[4] / "recipes" / "understand"
RECIPES = sorted(FOLDER.glob("text*.yaml"))


@pytest.fixture(autouse=True)
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALLEARS_DATA", "ALLEARS_WORK"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_a_recipe_parses(path: Path) -> None:
    assert load_text_recipe(path).sets


@pytest.mark.parametrize(("name", "corpus"), [("atis", "atis"), ("snips", "snips-text")])
def test_a_corpus_is_read_through(name: str, corpus: str, tmp_path: Path) -> None:
    rows = {"seq.in": "fly to new york\nplay\n", "seq.out": "O O B-city I-city\nO\n", "label": "flight\nmusic\n"}
    write(
        tmp_path / "tree",
        {f"{split}/{file}": text for split in ("train", "valid", "test") for file, text in rows.items()},
    )
    prepare(corpus, tmp_path / "tree", tmp_path / name)
    data = read_data(load_text_recipe(FOLDER / f"text-{name}.yaml"))
    (labels,) = data.spec.sets
    assert labels.intents == ("flight", "music") and labels.tags == ("O", "B-city", "I-city")
    assert {split: len(examples) for split, examples in data.examples[name].items()} == dict.fromkeys(
        ("train", "dev", "test"), 2
    )


def test_the_labels_follow_from_the_training_sentences(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(write_sentences(tmp_path))
    write_bert(tmp_path / "bert")
    spec = read_data(load_text_recipe(path)).spec
    home, music = spec.sets
    assert spec.domains == ("home", "music", "weather")
    assert home.intents == ("off", "on", "weather") and home.domain_of["weather"] == "weather"
    assert home.slots_of == {"off": ("room",), "on": ("room",), "weather": ()}
    assert music.intents == ("play", "stop"), "out of scope is no intent"
    assert music.tags == ("O", "B-genre", "I-genre")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x", "pretrained: Field required"),
        ("name: x\npretrained: y\nsets: {}", "sets"),
        ("name: x\npretrained: y\nsets: {a: {train: t}}\nspeed: 3", "speed: Extra inputs"),
        ("name: x\npretrained: ${NOT_SET_AT_ALL}\nsets: {a: {train: t}}", "NOT_SET_AT_ALL, which is not set"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        load_text_recipe(path)


def test_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no recipe at"):
        load_text_recipe(tmp_path / "none.yaml")
