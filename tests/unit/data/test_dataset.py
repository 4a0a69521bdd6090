"""Items and batches: what is labelled is there, what is not is absent, and one says nothing about the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from allears.batch import Batch
from allears.data.augment import Augmenter, AugmentPlan
from allears.data.dataset import ClipDataset, UnreadableClipError, collate
from allears.data.manifest import Clip
from allears.data.sampler import Draw
from allears.tasks.base import Task

Frames = Callable[[Tensor], Tensor]
MakeClips = Callable[..., list[Clip]]


def _batch(clips: list[Clip], tasks: dict[str, Task], num_frames: Frames) -> Batch:
    dataset = ClipDataset(clips, tasks, num_frames=num_frames, frame_shift_s=0.02)
    return collate([dataset[i] for i in range(len(clips))], dataset.labels)


def test_missing_labels_are_absent(make_clips: MakeClips, tasks: dict[str, Task], num_frames: Frames) -> None:
    batch = _batch(make_clips({"age": 3}, {"busy": 1}, {"age": 5, "busy": 0}), tasks, num_frames)
    assert batch.labels["age"].present.tolist() == [0, 2]
    assert batch.labels["age"].value.tolist() == [3.0, 5.0]
    assert batch.labels["busy"].present.tolist() == [1, 2]
    assert batch.ids == ("clip0", "clip1", "clip2")


def test_a_task_nobody_is_labelled_for_has_no_key(
    make_clips: MakeClips, tasks: dict[str, Task], num_frames: Frames
) -> None:
    assert set(_batch(make_clips({"age": 1}, {}), tasks, num_frames).labels) == {"age"}


def test_fields_no_task_reads_change_nothing(make_clips: MakeClips, tasks: dict[str, Task], num_frames: Frames) -> None:
    clips = make_clips({"age": 3, "mood": "good"}, {"mood": "bad"}, {"busy": 1})
    flipped = [clips[0], replace(clips[1], labels={"mood": "worse", "aged": 9, "text": "x"}), clips[2]]
    one, other = _batch(clips, tasks, num_frames), _batch(flipped, tasks, num_frames)
    assert set(one.labels) == set(other.labels)
    for name in one.labels:
        assert torch.equal(one.labels[name].present, other.labels[name].present)
        assert torch.equal(one.labels[name].value, other.labels[name].value)
    assert torch.equal(one.audio, other.audio)


def test_audio_is_padded_with_zeros_and_frame_labels_to_the_longest(
    make_clips: MakeClips, tasks: dict[str, Task], num_frames: Frames
) -> None:
    batch = _batch(make_clips({"busy": 1}, {"busy": 1}, {}), tasks, num_frames)
    assert batch.num_samples.tolist() == [3200, 4000, 4800]
    assert batch.audio.shape == (3, 4800)
    assert (batch.audio[0, 3200:] == 0).all() and batch.audio[0, :3200].abs().sum() > 0
    assert batch.labels["busy"].value.shape == (2, 15)  # 4800 samples are 15 frames, of the unlabelled clip too
    assert batch.labels["busy"].value.sum(1).tolist() == [10.0, 13.0]


def test_labels_see_the_augmented_length(make_clips: MakeClips, tasks: dict[str, Task], num_frames: Frames) -> None:
    augmenter = Augmenter(AugmentPlan(speed_probability=1.0, speed=(0.5, 0.5)))
    dataset = ClipDataset(
        make_clips({"busy": 1}), tasks, num_frames=num_frames, frame_shift_s=0.02, augmenter=augmenter
    )
    item = dataset[0]
    assert len(item.audio) == pytest.approx(6400, abs=2)
    assert len(item.labels["busy"]) == item.num_frames == 20


def test_augmentation_follows_the_draw_alone(make_clips: MakeClips, tasks: dict[str, Task], num_frames: Frames) -> None:
    augmenter = Augmenter(AugmentPlan(gain_probability=1.0))
    make = lambda seed: ClipDataset(  # noqa: E731
        make_clips({"age": 1}), tasks, num_frames=num_frames, frame_shift_s=0.02, augmenter=augmenter, seed=seed
    )
    audio = make(0)[Draw(0, 2, 7)].audio.tobytes()
    assert make(0)[Draw(0, 2, 7)].audio.tobytes() == audio
    others = [make(0)[Draw(0, 2, 8)], make(0)[Draw(0, 3, 7)], make(1)[Draw(0, 2, 7)]]
    assert all(other.audio.tobytes() != audio for other in others)


@pytest.mark.parametrize("content", [None, b"", b"this is no audio"])
def test_a_clip_that_cannot_be_read_is_named(
    tmp_path: Path, tasks: dict[str, Task], num_frames: Frames, content: bytes | None
) -> None:
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    dataset = ClipDataset([Clip("the-bad-one", path)], tasks, num_frames=num_frames, frame_shift_s=0.02)
    with pytest.raises(UnreadableClipError, match=r"the-bad-one.*allears data check"):
        dataset[0]
