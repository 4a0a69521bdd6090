"""What a page says of an adaptation, gathered: from runs, or from models that are named.

In: what was asked for, and runs. Out: `Transfer`. Exported models are read and heard without torch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from allears.report.page import Section
from allears.report.runs import Run
from allears.report.sections.forgetting import forgetting
from allears.report.sections.moved import moved
from allears.report.sections.similarity import similarity
from allears.report.transfer import Transfer, compare_stages
from allears.scoring.folder import ClipSound, read_clips
from allears.transfer.forgetting import Forgetting
from allears.transfer.forgetting_measured import ClipSet, measure_forgetting
from allears.transfer.forgetting_reports import forgetting_told
from allears.transfer.stages import Stage, read_stage

__all__ = ["Adaptation", "of_models", "of_runs", "transfer_sections"]

log = logging.getLogger(__name__)

_DEV_CLIPS = 16  # of a run's own, if no others are named


@dataclass(frozen=True)
class Adaptation:
    """What is to be compared, and on what.

    Attributes:
        before, after: models, as `read_stage` takes them.
        clips: manifests.
        split: of their clips; None for all.
        limit: most clips of each.
        tasks: to measure; those that a model does by itself if None.
    """

    before: str | None = None
    after: tuple[str, ...] = ()
    clips: tuple[Path, ...] = ()
    split: str | None = None
    limit: int | None = None
    tasks: tuple[str, ...] | None = None


def of_models(asked: Adaptation, tell: Callable[[str], None]) -> Transfer:
    """Compare the models that are named: weights, layers and, on clips, scores.

    Raises:
        ValueError: no such model or clips.
    """
    assert asked.before is not None
    before = read_stage(asked.before)
    after = _apart([before, *(read_stage(given, before) for given in asked.after)])[1:]
    sets = _sets(asked)
    found, why = _measured([before, *after], sets, asked, tell) if sets else (None, "")
    heard = [clip for one in sets for clip in one.clips]
    return compare_stages(before, after, heard, forgetting=found, not_forgetting=why, tell=tell)


def of_runs(runs: Sequence[Run], asked: Adaptation, tell: Callable[[str], None]) -> Transfer | None:
    """Compare runs with the weights that the first began with; None if it began with fresh ones.

    Layers are compared on the clips that are asked for, else on some of the run's own dev clips; what was forgotten is
    read from what `allears adapt` left beside the runs.
    """
    adapted = [run for run in runs if _origin(run.recipe) is not None]
    if not adapted or adapted[0] is not runs[0]:
        return None
    first = adapted[0]
    before = Stage(Path(str(_origin(first.recipe))).name, first.path, is_start=True)
    after = _apart([before, *(replace(read_stage(run.path), name=_name(run)) for run in adapted)])[1:]
    try:
        clips = [clip for one in _sets(asked) for clip in one.clips] if asked.clips else _dev_clips(first)
    except (ValueError, OSError) as error:
        log.warning("layers are not compared: %s", error)
        clips = []
    return compare_stages(before, after, clips, forgetting=forgetting_told(after), tell=tell)


def transfer_sections(transfer: Transfer) -> list[Section]:
    """The sections of a page on models alone."""
    material = _Models(transfer)
    return [moved(material), similarity(material), forgetting(material)]


@dataclass(frozen=True)
class _Models:
    transfer: Transfer | None


def _origin(recipe: Mapping[str, object]) -> object | None:
    """What the run took weights from."""
    init, encoder = recipe.get("init"), recipe.get("encoder")
    given = [init.get("from") if isinstance(init, Mapping) else None]
    given += [encoder.get(key) for key in ("init_from", "pretrained")] if isinstance(encoder, Mapping) else []
    return next((source for source in given if source), None)


def _name(run: Run) -> str:
    """A run of `allears adapt` is called as the folder it lies in."""
    return run.path.parent.name if run.path.name == "run" else run.path.name


def _sets(asked: Adaptation) -> list[ClipSet]:
    return [ClipSet(path, asked.split, read_clips(path, split=asked.split, limit=asked.limit)) for path in asked.clips]


def _measured(
    stages: Sequence[Stage], sets: Sequence[ClipSet], asked: Adaptation, tell: Callable[[str], None]
) -> tuple[Forgetting | None, str]:
    try:
        return measure_forgetting(stages, sets, tasks=asked.tasks, tell=tell), ""
    except ValueError as error:
        log.warning("nothing is measured: %s", error)
        return None, str(error)


def _dev_clips(run: Run) -> list[ClipSound]:
    """Some of the clips that the run was judged on."""
    from allears.audio import load_clip
    from allears.config.clips import read_sources
    from allears.config.data_schema import SourceSection

    sources = [SourceSection.model_validate(source) for source in run.recipe["data"].get("dev") or ()]
    clips = read_sources(sources)
    chosen = [clips[i * len(clips) // _DEV_CLIPS] for i in range(_DEV_CLIPS)] if len(clips) > _DEV_CLIPS else clips
    return [ClipSound(clip, load_clip(clip)) for clip in chosen]


def _apart(stages: Sequence[Stage]) -> list[Stage]:
    """Stages with names that tell them apart."""
    found: list[Stage] = []
    for stage in stages:
        taken = {other.name for other in found}
        names = (f"{stage.name} ({number})" if number > 1 else stage.name for number in count(1))
        found.append(replace(stage, name=next(name for name in names if name not in taken)))
    return found
