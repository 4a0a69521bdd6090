"""The forgetting matrix, measured: every stage hears every set of clips.

In: stages and manifests. Out: `Forgetting`. Exported models are heard as a user hears them, without torch; a run is
measured as `allears evaluate` does, on the tasks that it has.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from allears.data.manifest import write_manifest
from allears.runtime.adapters import load_adapters
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import ClipSound, Scores, hear_all
from allears.transfer.forgetting import Column, Forgetting
from allears.transfer.history import follow_each_other, history_of, named_clips
from allears.transfer.points import is_higher_better
from allears.transfer.stages import Stage

__all__ = ["ClipSet", "measure_forgetting"]

log = logging.getLogger(__name__)

_NOT_JUDGED = ("loss", "num_clips", "agreement")


@dataclass(frozen=True, eq=False)
class ClipSet:
    """Clips of one manifest.

    Attributes:
        manifest: its path.
        split: of them; None for all.
        clips: with their samples.
    """

    manifest: Path
    split: str | None
    clips: Sequence[ClipSound]

    @property
    def name(self) -> str:
        """For people."""
        return named_clips(self.manifest, self.split)


def measure_forgetting(
    stages: Sequence[Stage],
    sets: Sequence[ClipSet],
    *,
    tasks: Sequence[str] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Forgetting:
    """The matrix over the first metric of each task that the clips have labels for.

    Args:
        stages: the model as it was, then each adaptation.
        sets: of clips.
        tasks: to measure; those that a model does by itself if None.
        tell: given a line before each measuring.

    Raises:
        ValueError: the clips have labels of none of the tasks, or exported models stand beside runs.
    """
    _check_alike(stages)
    found: dict[tuple[int, tuple[int, str, str]], float] = {}
    for s, stage in enumerate(stages):
        for number, one in enumerate(sets):
            tell(f"{stage.name} hears {len(one.clips)} clips of {one.name}")
            for task, metrics in _scores(stage, one, tasks).items():
                first = next((name for name in metrics if name not in _NOT_JUDGED), None)
                if first is not None:
                    found[s, (number, task, first)] = metrics[first]
    keys = list(dict.fromkeys(key for _, key in found))
    if not keys:
        raise ValueError(
            f"nothing can be measured: {', '.join(one.name for one in sets)} have no labels of "
            f"{', '.join(tasks) if tasks else 'the tasks of the models'}: give other clips or tasks"
        )
    is_sequence = follow_each_other(stages[1:]) and len(stages) > 1
    columns = tuple(
        Column(sets[n].name, task, metric, is_higher_better(metric), _learned(stages, sets[n], task, is_sequence))
        for n, task, metric in keys
    )
    values = np.array([[found.get((s, key), np.nan) for key in keys] for s in range(len(stages))])
    return Forgetting(tuple(stage.name for stage in stages), columns, values, is_sequence)


def _check_alike(stages: Sequence[Stage]) -> None:
    """Exported models hear with int8 and guards, runs are measured as they were trained."""
    runs = [stage.name for stage in stages if not stage.is_exported]
    if runs and len(runs) < len(stages):
        raise ValueError(
            f"{', '.join(runs)} are runs, and the others exported models: their scores cannot be compared. Export the "
            "runs (allears export), or give what they began with as a run"
        )


def _learned(stages: Sequence[Stage], one: ClipSet, task: str, is_sequence: bool) -> int:
    """The first stage that learned that task on that corpus; 0 if none did, or stages are side by side."""
    if not is_sequence:
        return 0
    return next((s for s, stage in enumerate(stages) if s and history_of(stage).has_learned(one.manifest, task)), 0)


def _scores(stage: Stage, one: ClipSet, tasks: Sequence[str] | None) -> Mapping[str, Mapping[str, float]]:
    if stage.is_exported:
        folder, worn = ModelFolder(stage.path), [] if stage.adapter is None else [stage.adapter]
        spec = load_adapters(worn, folder).spec(folder.spec)  # an adapter may bring tasks
        names = [task.name for task in spec.tasks if task.name in (tasks or spec.default_tasks)]
        scores: Scores = hear_all(stage.path, one.clips, tasks=names, adapters=worn).scores if names else {}
        return scores
    from allears.train.measure import NoLabelsError, measure

    with TemporaryDirectory() as place:
        manifest = Path(place) / "manifest.jsonl"
        write_manifest((heard.clip for heard in one.clips), manifest)
        try:
            found = measure(stage.path, manifest=str(manifest))
        except NoLabelsError as error:  # other clips may have some
            log.warning("%s is not measured on %s: %s", stage.name, one.name, error)
            return {}
    return {task: values for task, values in found.items() if tasks is None or task in tasks}
