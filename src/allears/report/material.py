"""What a page is made of, read and measured once: runs, twins, scores, another manifest, a clip.

In: paths. Out: `Material`, which every section reads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from allears.audio import read_audio
from allears.report.explain import Explained, explain
from allears.report.judge import Judge, directions, judges
from allears.report.runs import Run, families, find_runs, read_run
from allears.report.series import final_scores
from allears.report.transfer import Transfer
from allears.train.checkpoint import load_model
from allears.train.evaluate import Scores
from allears.train.measure import measure

__all__ = ["HeardClip", "Material", "collect"]

log = logging.getLogger(__name__)

_UNUSABLE = (ValueError, OSError, RuntimeError)  # RuntimeError: torch says so of weights of another model
MAX_CLIP_S = 30.0  # of the clip that is explained: a longer picture cannot be read


@dataclass(frozen=True)
class HeardClip:
    """A clip and what its answers come from.

    Attributes:
        name: of the file.
        audio: (S,) at 16 kHz.
        frame_shift_s: of the encoder, seconds.
        explained: task -> where its answer was read.
        refused: task -> why there is none.
    """

    name: str
    audio: np.ndarray
    frame_shift_s: float
    explained: Mapping[str, Explained]
    refused: Mapping[str, str]


@dataclass(frozen=True)
class Material:
    """Everything a section may look at.

    Attributes:
        run: the run that is looked at closely.
        family: runs of its recipe by seed, itself included.
        others: other recipes' runs, by family.
        twins: task -> runs that train this task alone, by seed.
        judges: task -> the number it is judged by.
        ood: name of a manifest -> scores of the run's checkpoint on it, or why there are none.
        clip: None if none was asked for.
        clip_error: why the clip could not be explained.
        transfer: what became of the weights it began with; None if it began with fresh ones.
    """

    run: Run
    family: tuple[Run, ...]
    others: tuple[tuple[Run, ...], ...] = ()
    twins: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    judges: Mapping[str, Judge] = field(default_factory=dict)
    ood: Mapping[str, Scores | str] = field(default_factory=dict)
    clip: HeardClip | None = None
    clip_error: str | None = None
    transfer: Transfer | None = None

    def score(self, run: Run, task: str) -> float | None:
        """The number `task` is judged by, of the last evaluation of a run; None if it has none."""
        judge = self.judges.get(task)
        return None if judge is None else final_scores(run).get(task, {}).get(judge.metric)

    def by_seed(self, runs: Sequence[Run], task: str) -> dict[int, float]:
        """Seed -> that number, of the runs that have it."""
        found = {run.seed: self.score(run, task) for run in runs}
        return {seed: value for seed, value in found.items() if value is not None}


def collect(
    paths: Sequence[str | Path],
    *,
    twins: Sequence[str | Path] = (),
    ood: Sequence[str] = (),
    clip: str | Path | None = None,
    adapted: Callable[[Sequence[Run]], Transfer | None] = lambda _: None,
) -> Material:
    """Read and measure.

    Args:
        paths: run folders; the first is looked at closely, the others are its seeds or are compared with it. A folder
            of runs stands for all of them.
        twins: folders in which single-task runs lie.
        ood: manifests to measure the first run's checkpoint on.
        clip: audio file to explain with that checkpoint.
        adapted: given the runs, says what became of the weights that they began with (`adapted.py`).

    Raises:
        ValueError: a path that holds no run. What cannot be measured is said on the page instead.
    """
    runs = [run for path in paths for run in ([read_run(path)] if _is_run(path) else find_runs([path]))]
    run, groups = runs[0], list(families(runs).values())
    own = next(group for group in groups if any(member.path == run.path for member in group))
    return Material(
        run=run,
        family=own,
        others=tuple(group for group in groups if group is not own),
        twins=_twins(find_runs(twins) if twins else [], run),
        judges=judges(run, directions(run)),
        ood={manifest: _measured(run, manifest) for manifest in ood},
        transfer=adapted(runs),
        **_heard(run, clip),  # type: ignore[arg-type]
    )


def _is_run(path: str | Path) -> bool:
    return (Path(path) / "log.jsonl").is_file() or not Path(path).is_dir()


def _twins(runs: Sequence[Run], joint: Run) -> dict[str, tuple[Run, ...]]:
    """Task -> runs of that task alone; others in the same folders (the joint runs) are not twins."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        if len(run.tasks) == 1 and run.tasks[0] in joint.tasks:
            found.setdefault(run.tasks[0], []).append(run)
    chosen: dict[str, tuple[Run, ...]] = {}
    for task, same in found.items():
        groups = list(families(same).values())
        if len(groups) > 1:
            log.warning("%s: twins of %d recipes, those of %s are taken", task, len(groups), groups[0][0].path)
        chosen[task] = groups[0]
    return chosen


def _measured(run: Run, manifest: str) -> Scores | str:
    try:
        return measure(run.path, manifest=manifest)
    except _UNUSABLE as error:
        log.warning("%s is not measured: %s", manifest, error)
        return str(error)


def _heard(run: Run, clip: str | Path | None) -> dict[str, HeardClip | str | None]:
    if clip is None:
        return {}
    try:
        audio = read_audio(clip, duration_s=MAX_CLIP_S)
        model = load_model(run.path)
        explained, refused = explain(model, audio)
    except _UNUSABLE as error:
        log.warning("%s is not explained: %s", clip, error)
        return {"clip_error": str(error)}
    shift_s = float(model.encoder.frame_shift_s)  # type: ignore[arg-type]
    return {"clip": HeardClip(Path(clip).name, audio, shift_s, explained, refused)}
