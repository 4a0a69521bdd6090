"""Who speaks when within some seconds, two at once too: the first step of telling the speakers of a meeting apart.

Manifest: `rttm`; `noise` where nobody speaks. Loss: cross-entropy over the sets of speakers that may talk at a moment,
under the best order of the speakers (`parts/turn_loss.py`). Source: Plaquet and Bredin 2023; pyannote.audio 3 has it.
Head: bidirectional LSTMs, which read two frames as one. It learns from windows of a clip, which may be as long as one
pass of the encoder; it is measured on clips that are windows (`recipes/meeting/`).
"""

from __future__ import annotations

from pathlib import Path

from allears.formats.rttm import rttm
from allears.parts.heads import RecurrentHead
from allears.parts.turn_labels import TurnLabel, sets_of
from allears.parts.turn_loss import WindowedTurnLoss
from allears.parts.turn_metrics import LocalErrorRate, OverlapF1
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "turns"]

_MOST_SPEAKERS = 4  # 24 orders; of more, cheaper ways to find the best one are needed


@TASKS.register
def turns(
    *,
    name: str = "turns",
    speakers: int = 3,
    at_once: int = 2,
    window_frames: int = 500,
    hidden: int = 128,
    depth: int = 2,
    stride: int = 2,
    dropout: float = 0.1,
) -> Task:
    """Which of a window's speakers talk, frame by frame.

    Args:
        name: of the task.
        speakers: that are told apart in a window, 1 to 4.
        at_once: how many of them may talk at once.
        window_frames: encoder frames of a window, 10 s; meetings are heard in windows of that length.
        hidden: width of the LSTMs in each direction.
        depth: how many there are.
        stride: frames read as one.
        dropout: between them.

    Raises:
        ValueError: numbers of speakers that cannot be.
    """
    if not 1 <= at_once <= speakers <= _MOST_SPEAKERS:
        raise ValueError(
            f"{name}: {speakers} speakers, {at_once} at once: give 1 to {_MOST_SPEAKERS} speakers, and at_once from 1 "
            "to their number"
        )
    classes = sets_of(speakers, at_once)
    return Task(
        spec=TaskSpec(
            name, Resolution.FRAME, {"kind": "turns", "window_frames": window_frames}, classes, is_default=False
        ),
        label=TurnLabel(),
        head=lambda dim: RecurrentHead(dim, len(classes), hidden=hidden, depth=depth, stride=stride, dropout=dropout),
        loss_per_clip=WindowedTurnLoss(classes, window_frames),
        metrics=lambda: (LocalErrorRate(classes), OverlapF1(classes)),
    )


def _write(folder: Path) -> None:
    for number, (first, second) in enumerate([("ann", "bob"), ("bob", "ann")]):
        stretches = [(0.0, 0.3, first), (0.2, 0.4 + 0.1 * number, second)]
        (folder / f"{number}.rttm").write_text(rttm(str(number), stretches), encoding="utf-8")


EXAMPLE = Example(
    {"speakers": 2, "hidden": 8, "depth": 1}, ({"rttm": "{folder}/0.rttm"}, {"rttm": "{folder}/1.rttm"}), _write
)
