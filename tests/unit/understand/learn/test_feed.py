from __future__ import annotations

import torch

from allears.understand.learn.feed import TextFeed, encode, fixed_batches
from allears.understand.learn.noise import Noise
from allears.understand.learn.sentences import Example
from allears.understand.learn.tasks import build_tasks
from allears.understand.pieces import WordPieces
from tests.unit.understand.test_spec import SPEC

PIECES = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "light", "on", "off", "hall", "##s"])
ON = Example("on", ("light", "on", "halls"), ("O", "O", "B-room"), "on", True, {})
OFF = Example("off", ("off",), None, "off", True, {})
OUT = Example("out", ("hall",), None, None, False, {})


def _feed(seed: int = 0, noise: Noise | None = None) -> TextFeed:
    sources = [("home", [ON, OFF] * 5, 1.5), ("home", [OUT], 3.0)]
    return TextFeed(
        sources, SPEC, build_tasks(SPEC), PIECES, batch_size=4, max_pieces=16, noise=noise, seed=seed
    )  # fmt: skip


def test_a_sentence_carries_its_labels() -> None:
    item = encode(ON, "home", SPEC, PIECES, max_pieces=16)
    assert item.numbers == (2, 4, 5, 7, 8, 3)
    assert item.fields == {
        "first": (1, 2, 3), "scope": "in", "set": "home", "intent-home": "on", "domain": "home",
        "slots-home": ["O", "O", "B-room"],
    }  # fmt: skip
    assert encode(OUT, "home", SPEC, PIECES, max_pieces=16).fields == {"first": (1,), "scope": "out"}


def test_a_long_sentence_loses_its_end_with_its_tags() -> None:
    item = encode(ON, "home", SPEC, PIECES, max_pieces=5)
    assert item.numbers == (2, 4, 5, 7, 3) and item.fields["slots-home"] == ["O", "O", "B-room"]
    item = encode(ON, "home", SPEC, PIECES, max_pieces=4)
    assert item.numbers == (2, 4, 5, 3) and item.fields["slots-home"] == ["O", "O"]


def test_an_epoch_has_each_as_often_as_asked() -> None:
    feed = _feed()
    assert feed.num_batches == 5
    ids = [name for _ in range(5) for name in next(feed).ids]
    assert feed.epoch == 1 and len(ids) == 18 and ids.count("out") == 3
    assert feed.labels_seen["intent-home"] == 15 and feed.labels_seen["scope"] == 18


def test_what_comes_depends_on_seed_and_place_alone() -> None:
    noise = Noise(sentence=1, letter=0.5)
    feed = _feed(noise=noise)
    for _ in range(7):
        next(feed)
    again = _feed(noise=noise)
    again.load_state_dict(feed.state_dict())
    for _ in range(6):
        ours, theirs = next(feed), next(again)
        assert ours.ids == theirs.ids and torch.equal(ours.audio, theirs.audio)


def test_a_missing_label_is_absent_from_the_batch() -> None:
    tasks = build_tasks(SPEC)
    items = [encode(e, "home", SPEC, PIECES, max_pieces=16) for e in (ON, OFF, OUT)]
    (batch,) = fixed_batches(items, tasks)
    assert batch.ids == ("off", "out", "on") and batch.num_samples.tolist() == [3, 3, 6]
    assert batch.labels["intent-home"].present.tolist() == [0, 2]
    assert batch.labels["slots-home"].present.tolist() == [2]
    assert batch.labels["slots-home"].value.tolist() == [[-100, 0, 0, 1, -100, -100]]
