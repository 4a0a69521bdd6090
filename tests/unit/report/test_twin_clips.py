"""A twin with its own clips hears each as often as the joint run does."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from allears.config.clips import read_source
from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.data.manifest import Clip, write_manifest
from allears.report.twin_clips import JointClips, exposure, read_joint_clips, twin_with_own_clips
from tests.unit.report.conftest import recipe_of

STEPS = 30


def _clip(number: int, **labels: str) -> Clip:
    return Clip(str(number), Path(f"/nowhere/{number}.wav"), duration_s=1.0 + number % 3, split="train", labels=labels)


@pytest.fixture
def joint(tmp_path: Path) -> JointClips:
    """Two sources: 12 clips with an emotion, 8 of them with a gender, too; 40 with a gender alone."""
    first = [
        _clip(n, emotion="joy" if n % 2 else "anger", **({"gender": "female"} if n < 8 else {})) for n in range(12)
    ]
    second = [_clip(n, gender="male" if n % 2 else "female") for n in range(100, 140)]
    write_manifest(first, tmp_path / "a" / "manifest.jsonl")
    write_manifest(second, tmp_path / "b" / "manifest.jsonl")
    write_manifest([first[0], second[0]], tmp_path / "dev.jsonl")
    return read_joint_clips(_recipe(tmp_path))


def _recipe(folder: Path, **more: Any) -> Recipe:
    tasks: dict[str, Any] = {"emotion": {"classes": {"from_field": "emotion"}, "hidden": 8},
                             "gender": {"hidden": 8}, "accent": {"classes": ["a", "b"], "hidden": 8}}  # fmt: skip
    train = [{"manifest": str(folder / name / "manifest.jsonl")} for name in "ab"]
    train[0] |= {"repeat": 2}
    data = {"train": train, "dev": [{"manifest": str(folder / "dev.jsonl")}], "max_clips": 4, "temperature": 2.0}
    optim = {"num_steps": STEPS, "lr": 1e-3, "warmup_steps": 10}
    return parse_recipe(recipe_of([], tasks=tasks, data=data, optim=optim, ema=0.9, **more))


def test_labels_of_the_joint_run_are_counted_by_source(joint: JointClips) -> None:
    emotion, gender = exposure(joint, "emotion"), exposure(joint, "gender")
    assert set(emotion.draws) == {"a"} and set(gender.draws) == {"a", "b"}
    assert 0 < emotion.num_batches <= gender.num_batches <= STEPS
    assert emotion.num_clips + gender.draws["b"] == 4 * STEPS  # every clip has one of them: each is counted
    assert gender.draws["a"] < emotion.num_clips


def test_the_twin_hears_as_much_of_each_source(joint: JointClips, tmp_path: Path) -> None:
    told = exposure(joint, "gender")
    twin = twin_with_own_clips(joint, "gender", tmp_path / "twins")
    sources = [read_source(section) for section in twin.data.train]
    assert [len(clips) for clips in sources] == [8, 40]
    draws = [section.weight * len(clips) for section, clips in zip(twin.data.train, sources, strict=True)]
    assert draws == pytest.approx([told.draws["a"], told.draws["b"]])
    assert twin.data.temperature == 1.0
    assert told.num_clips <= twin.optim.num_steps * twin.data.max_clips < told.num_clips + 4 * twin.data.max_clips
    assert [clip.id for clip in read_source(twin.data.dev[0])] == ["0", "100"]


def test_the_twin_keeps_classes_seed_and_rates_and_is_averaged_over_the_same_share(
    joint: JointClips, tmp_path: Path
) -> None:
    twin = twin_with_own_clips(joint, "emotion", tmp_path / "twins")
    assert (twin.seed, twin.optim.lr, list(twin.tasks)) == (joint.recipe.seed, 1e-3, ["emotion"])
    assert twin.tasks["emotion"].options["classes"] == ["anger", "joy"]
    steps = twin.optim.num_steps
    assert steps < STEPS and twin.optim.warmup_steps == round(10 * steps / STEPS)
    assert twin.ema is not None and twin.ema**steps == pytest.approx(0.9**STEPS)
    assert twin_with_own_clips(joint, "emotion", tmp_path / "twins", num_steps=2).optim.num_steps == 2


def test_the_same_labels_are_drawn_when_the_batches_are_walked_by_hand(joint: JointClips) -> None:
    """Counted once more, from the sampler the training itself would use."""
    from allears.data.sampler import BatchPlan, Sampler

    data = joint.recipe.data
    sampler = Sampler(joint.train.sources, BatchPlan(data.max_batch_s, data.max_clips, data.temperature, 0))
    walked = (batch for number in range(STEPS) for batch in sampler.epoch(number))
    heard = Counter(
        "emotion" in sampler.clips[draw.clip_index].labels for batch in islice(walked, STEPS) for draw in batch
    )
    assert exposure(joint, "emotion").num_clips == heard[True]


def test_what_cannot_be_counted_is_told(joint: JointClips, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="never hears a label of accent"):
        twin_with_own_clips(joint, "accent", tmp_path)
    with pytest.raises(ValueError, match="the regime alternating"):
        read_joint_clips(_recipe(tmp_path, regime={"kind": "alternating"}))
