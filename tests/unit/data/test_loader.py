"""The loader: exact resume, threads change nothing, starved tasks and unreadable clips are told."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from allears.batch import Batch
from allears.data.augment import Augmenter, AugmentPlan
from allears.data.build import build_loader, leave_out_longer
from allears.data.dataset import UnreadableClipError
from allears.data.loader import Loader, each_once
from allears.data.manifest import Clip
from allears.data.sampler import BatchPlan, Source
from allears.tasks.base import Task

Make = Callable[..., Loader]


@pytest.fixture
def make(make_clips: Callable[..., list[Clip]], tasks: dict[str, Task], num_frames: Callable[[Tensor], Tensor]) -> Make:
    def build(*, num_workers: int = 0, extra: tuple[Clip, ...] = (), seed: int = 0, **options: object) -> Loader:
        clips = make_clips(*({"age": i} if i % 3 else {} for i in range(14)))
        return build_loader(
            [Source("a", [*clips[:11], *extra]), Source("b", clips[11:])],
            tasks,
            num_frames=num_frames,
            frame_shift_s=0.02,
            augmenter=Augmenter(AugmentPlan(gain_probability=0.8, speed_probability=0.5)),
            plan=BatchPlan(max_clips=4, temperature=2.0, seed=seed),
            num_workers=num_workers,
            **options,  # type: ignore[arg-type]
        )

    return build


def _bits(batch: Batch) -> tuple[object, ...]:
    labels = {name: (one.present.tolist(), one.value.tolist()) for name, one in batch.labels.items()}
    return batch.ids, batch.audio.numpy().tobytes(), batch.num_samples.tolist(), str(labels)


@pytest.mark.parametrize("stop", [0, 1, 4, 5, 11])
@pytest.mark.parametrize("num_workers", [0, 2])
def test_resume_is_exact_across_epochs(make: Make, stop: int, num_workers: int) -> None:
    whole = make()
    expected = [_bits(batch) for batch in itertools.islice(whole, 16)]
    before = make(num_workers=num_workers)
    found = [_bits(batch) for batch in itertools.islice(before, stop)]
    state = before.state_dict()
    before.close()
    after = make(num_workers=num_workers)
    after.load_state_dict(state)
    found += [_bits(batch) for batch in itertools.islice(after, 16 - stop)]
    after.close()
    assert found == expected
    assert after.labels_seen == whole.labels_seen
    assert after.epoch == whole.epoch


def test_resume_with_other_clips_is_refused(make: Make, tmp_path: Path) -> None:
    state = make().state_dict()
    with pytest.raises(ValueError, match="cannot resume"):
        make(extra=(Clip("new", tmp_path / "clip0.wav", duration_s=0.2),)).load_state_dict(state)
    with pytest.raises(ValueError, match="cannot resume"):
        make(seed=1).load_state_dict(state)


def test_labels_are_counted_and_a_starved_task_is_told(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    loader = make()
    labelled = 0
    with caplog.at_level(logging.WARNING):
        while loader.epoch == 0:
            batch = next(loader)
            labelled += batch.labels["age"].present.numel() if "age" in batch.labels else 0
    assert loader.labels_seen == {"age": labelled, "busy": 0}
    assert "after epoch 0 no clip had a label for: busy" in caplog.text


def test_an_unreadable_clip_stops_by_default(make: Make, tmp_path: Path) -> None:
    loader = make(extra=(Clip("gone", tmp_path / "gone.wav", duration_s=0.2),), num_workers=2)
    with pytest.raises(UnreadableClipError, match="gone"):
        list(itertools.islice(loader, 20))


def test_unreadable_clips_are_left_out_up_to_a_limit(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = Clip("gone", tmp_path / "gone.wav", duration_s=0.2)
    loader = make(extra=(gone,), max_unreadable=0.2)
    with caplog.at_level(logging.WARNING):
        while loader.epoch == 0:
            assert "gone" not in next(loader).ids
    assert "epoch 0 left out 1 unreadable clips" in caplog.text
    with pytest.raises(UnreadableClipError, match=r"more than 1\.0%"):
        list(itertools.islice(make(extra=(gone,), max_unreadable=0.01), 20))


def test_each_once_gives_every_clip_once(make: Make) -> None:
    loader = make()
    loader.sampler.plan = BatchPlan(max_clips=4)
    ids = [clip_id for batch in each_once(loader.dataset, loader.sampler, num_workers=1) for clip_id in batch.ids]
    assert sorted(ids) == sorted(clip.id for clip in loader.sampler.clips)


def test_longer_clips_are_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    clips = [Clip(str(s), Path("x"), duration_s=float(s)) for s in (5, 29, 31)]
    with caplog.at_level(logging.WARNING):
        assert [clip.id for clip in leave_out_longer(Source("a", clips), 30.0).clips] == ["5", "29"]
    assert "left out 1 of 3" in caplog.text
    with pytest.raises(ValueError, match="no clips"):
        leave_out_longer(Source("a", clips), 1.0)


def test_a_batch_is_torch(make: Make) -> None:
    batch = next(make())
    assert batch.audio.dtype == torch.float32
    assert batch.num_samples.dtype == torch.int64


def test_parts_make_up_the_batch(make: Make) -> None:
    whole, parts = make(), [make(part=(number, 3)) for number in range(3)]
    for _ in range(8):
        batch = next(whole)
        own = [next(part) for part in parts]
        labels = {
            name: sum(p.labels[name].present.numel() for p in own if name in p.labels) for name in whole.dataset.tasks
        }
        assert labels == {n: batch.labels[n].present.numel() if n in batch.labels else 0 for n in labels}
        if len(batch.ids) >= 3:
            assert sorted(batch.ids) == sorted(i for part in own for i in part.ids)
        for part in own:  # one that has no clip of its own hears another's, without its labels
            assert set(part.ids) <= set(batch.ids)
    assert whole.state_dict()["batch"] == parts[2].state_dict()["batch"]
