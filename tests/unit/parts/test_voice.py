"""What teaches a voice: names, another model, or both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.heads import EmbeddingHead  # noqa: E402
from allears.parts.losses import angular_margin  # noqa: E402
from allears.parts.voice import KnownVoices, VoiceLabel, VoiceLoss, random_windows  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

FRAMES = torch.tensor([20, 12, 20])


def _context(speed: float = 1.0) -> LabelContext:
    return LabelContext(16_000, 20, 0.02, speed=speed)


@pytest.fixture
def target(tmp_path: Path) -> Any:
    """Three clips: a name alone, a teacher alone, both."""
    label = VoiceLabel(["ann", "bob"], has_teacher=True)
    np.save(tmp_path / "v.npy", np.arange(6, dtype=np.float32))
    voice = {"voice": str(tmp_path / "v.npy")}
    fields = [{"speaker": "bob"}, voice, {"speaker": "ann", **voice}]
    return label.collate([label.encode(f, _context()) for f in fields], 20)


def _head() -> EmbeddingHead:
    torch.manual_seed(0)
    return EmbeddingHead(8, 4, 6, hidden=8, dropout=0.0, teacher_size=6)


def test_names_and_teachers_are_kept_apart(target: Any) -> None:
    assert target.named.tolist() == [0, 2] and target.index.tolist() == [1, 0]
    assert target.taught.tolist() == [1, 2] and target.vectors.shape == (2, 6)


def test_a_clip_with_neither_carries_no_label(tmp_path: Path) -> None:
    assert VoiceLabel(["ann"], has_teacher=True).encode({"text": "hello"}, _context()) is None
    assert VoiceLabel(["ann"]).encode({"voice": "never read"}, _context()) is None
    voice = {"voice": str(tmp_path / "absent.npy")}
    assert VoiceLabel(["ann"], has_teacher=True).encode(voice, _context(1.1)) is None, "it heard another speed"


def test_each_clip_is_taught_what_is_known_of_it(target: Any) -> None:
    head, features = _head(), torch.randn(3, 20, 8)
    loss = VoiceLoss(margin=0.2, scale=10.0, margin_steps=0, teacher_weight=3.0, window_frames=None)(
        head, features, FRAMES, target
    )
    embedding = head(features, FRAMES)
    by_name = angular_margin(margin=0.2, scale=10.0).of(embedding[[0, 2]], head.prototypes, torch.tensor([1, 0]))
    said = head.teacher(2.0 * embedding[1:])
    right = torch.arange(6.0)
    cosine = (said @ right) / (said.norm(dim=1) * right.norm())
    expected = torch.stack([by_name[0], 3.0 * (1 - cosine[0]), by_name[1] + 3.0 * (1 - cosine[1])])
    torch.testing.assert_close(loss, expected)


def test_windows_are_stretches_of_the_clip() -> None:
    torch.manual_seed(1)
    features = torch.arange(20.0)[None, :, None].expand(3, 20, 2)
    seen = set()
    for _ in range(60):
        windows, counts = random_windows(features, FRAMES, 5, 15)
        for row, count in enumerate(counts.tolist()):
            frames = windows[row, :count, 0]
            assert count == min(windows.shape[1], int(FRAMES[row]))
            assert (frames.diff() == 1).all() and frames[-1] < FRAMES[row]
        seen.add((windows.shape[1], int(windows[0, 0, 0])))
    assert len({length for length, _ in seen}) > 5 and len({first for _, first in seen}) > 5


def test_windows_are_for_training_alone(target: Any) -> None:
    loss = VoiceLoss(margin=0.2, scale=10.0, margin_steps=0, teacher_weight=3.0, window_frames=(3, 4))
    head, features = _head(), torch.randn(3, 20, 8)
    heard = [loss(head.eval(), features, FRAMES, target) for _ in range(2)]
    assert torch.equal(*heard)
    heard = [loss(head.train(), features, FRAMES, target) for _ in range(2)]
    assert not torch.equal(*heard)


def test_the_metric_counts_clips_with_names(target: Any) -> None:
    metric = KnownVoices()
    metric.update(torch.eye(3), target, FRAMES)
    assert metric.classes == [1, 0]


@pytest.mark.parametrize("length", [20, 21])
def test_a_stride_does_not_hear_padding(length: int) -> None:
    torch.manual_seed(0)
    head = EmbeddingHead(8, 4, 6, hidden=8, stride=2).eval()
    features = torch.randn(1, 21, 8)
    count = torch.tensor([length])
    padded = torch.nn.functional.pad(features[:, :length], (0, 0, 0, 9), value=7.0)
    torch.testing.assert_close(head(features[:, :length], count), head(padded, count))


def test_the_margin_grows_with_the_batches_learned_from(target: Any) -> None:
    loss = VoiceLoss(margin=0.4, scale=10.0, margin_steps=2, teacher_weight=3.0, window_frames=None)
    head, features = _head(), torch.randn(3, 20, 8)
    with torch.no_grad():
        still = float(loss(head.eval(), features, FRAMES, target)[0])
        grown = [float(loss(head.train(), features, FRAMES, target)[0]) for _ in range(4)]
        assert grown[0] == pytest.approx(still) and grown[0] < grown[1] < grown[2] == pytest.approx(grown[3])
    assert int(head.num_heard) == 4, "evaluation does not count"
    assert int(head.state_dict()["num_heard"]) == 4
