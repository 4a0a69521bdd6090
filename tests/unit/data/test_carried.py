"""Which tasks a clip has a label of, without its audio."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="labels are of the training side: install the extra `train`")

from allears.data.carried import Carried, keep_labelled
from allears.data.manifest import Clip
from allears.data.sampler import Source
from allears.tasks.language import language
from allears.tasks.speech import speech


def _clip(name: str, **labels: str) -> Clip:
    return Clip(name, Path(f"{name}.wav"), duration_s=1.0, labels=labels)


def _carried() -> Carried:
    return Carried({"speech": speech(), "language": language(classes=("de", "en"))}, 0.02)


def test_labels_are_seen_without_reading_audio() -> None:
    carried = _carried()
    assert carried(_clip("a", text="hello", language="de")) == {"speech", "language"}
    assert carried(_clip("b", noise="rain")) == {"speech"}
    assert carried(_clip("c", language="xx")) == frozenset()  # outside the classes


def test_counts_and_cuts() -> None:
    carried = _carried()
    spoken = Source("spoken", [_clip("a", text="x"), _clip("b", text="y", language="en")] * 2, weight=3.0)
    silent = Source("silent", [_clip("n", noise="rain")])
    assert carried.count([spoken, silent]) == {"speech": 5, "language": 2}
    (kept,) = keep_labelled([spoken, silent], carried, ["language"])
    assert (kept.name, kept.weight, [clip.id for clip in kept.clips]) == ("spoken", 3.0, ["b", "b"])
    with pytest.raises(ValueError, match="no training clip has a label of language"):
        keep_labelled([silent], carried, ["language"])
