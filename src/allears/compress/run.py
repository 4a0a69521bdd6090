"""One compression from beginning to end: measure, plan, change step by step, measure after each, keep or refuse.

In: a model folder or a run, what it may come to and what tasks may lose, and clips. Out: a model folder and what was
measured after every step; no folder if a task lost more than it may.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from allears.compress.files import folder_bytes, publish, rewrite_folder
from allears.compress.footprint import peak_mb
from allears.compress.losses import Loss, broken, check_budgets, losses
from allears.compress.plain import plain_folder
from allears.compress.plan import INT8, Step, choose, ending_in_int8, join
from allears.compress.recover import recover
from allears.compress.select import select
from allears.compress.sensitivity import Sensitivity, Trial, each_alone, fit
from allears.export.pack import About, pack
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import Answers, ClipSound, Heard, Scores, hear_all
from allears.train.checkpoint import load_model
from allears.transfer.initial import is_model_folder

__all__ = ["Compressed", "Recovery", "Stage", "Wanted", "compress"]

log = logging.getLogger(__name__)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Recovery:
    """A training that mends what was taken out.

    Attributes:
        settings: of a recipe; what it leaves out comes from the model.
        run: folder of the training; one that was stopped goes on.
    """

    settings: Mapping[str, Any]
    run: Path


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for.

    Attributes:
        target_mb: million bytes that the folder may have; None: no matter.
        budgets: name of a task, metric or `task.metric` -> points it may lose.
        steps: methods in their order; None: chosen by the size.
        recovery: training after shapes have changed; None: none.
        without: tasks that are left out.
        renamed: old name of a task -> new one.
        name: of the model; that of the one it is made of if None.
        has_table: whether every unit is tried alone; if not, units stay out only when all together break a task.
        has_memory: whether the memory of each stage is measured.
    """

    target_mb: float | None = None
    budgets: Mapping[str, float] = field(default_factory=dict)
    steps: tuple[Step, ...] | None = None
    recovery: Recovery | None = None
    without: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    has_table: bool = True
    has_memory: bool = True


@dataclass(frozen=True)
class Stage:
    """The model after a step.

    Attributes:
        name: `before`, a method or `recover`.
        num_bytes: of its folder.
        real_time_factor: seconds of work a second of sound, one thread, all tasks; None if nothing was measured.
        peak_mb: memory of a process that hears with it; None if it was not measured.
        scores: task -> metric -> value.
        units: what the step did to each part of the model, and what that cost alone.
    """

    name: str
    num_bytes: int
    real_time_factor: float | None
    peak_mb: float | None
    scores: Scores
    units: tuple[Sensitivity, ...] = ()


@dataclass(frozen=True)
class Compressed:
    """What was done.

    Attributes:
        model: what was compressed.
        out: the model folder; None if nothing was kept.
        stages: the model as it was, and after every step.
        rows: each metric before and at the end.
        target_mb: that was asked for.
        broken: metrics that lost more than they may.
    """

    model: str
    out: str | None
    stages: tuple[Stage, ...]
    rows: tuple[Loss, ...]
    target_mb: float | None
    broken: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether nothing was kept."""
        return self.out is None

    @property
    def is_too_large(self) -> bool:
        """Whether it is larger than was asked for."""
        return self.target_mb is not None and self.stages[-1].num_bytes > self.target_mb * 1e6


def compress(
    model: str | Path,
    out: Path,
    wanted: Wanted,
    clips: Sequence[ClipSound] = (),
    *,
    is_forced: bool = False,
    tell: Tell = log.info,
) -> Compressed:
    """Write the model folder `out`.

    Args:
        model: model folder, run folder or checkpoint.
        out: folder to write.
        wanted: size, budgets, methods.
        clips: to measure on and to calibrate with; without any, nothing is measured, and no budget can be kept.
        is_forced: keep what was made whatever tasks lost.
        tell: given a line when something is done.

    Raises:
        ValueError: a budget without clips or of something that they do not measure, or what a method refuses.
    """
    if wanted.budgets and not clips:
        raise ValueError("--budget is kept by measuring: give clips with --measure MANIFEST")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        work = _Work(Path(name), wanted, clips, tell)
        folder, stages = work.start(model)
        steps = wanted.steps or choose(folder, wanted.target_mb, has_recovery=wanted.recovery is not None)
        steps = ending_in_int8(steps) if work.was_int8 else steps
        tell(f"plan: {join(steps)}")
        for made, stage in work.go(folder, stages[0].scores, steps):
            folder, stages = made, [*stages, stage]
        rows = losses(stages[0].scores, stages[-1].scores, wanted.budgets)
        lost = tuple(broken(rows))
        is_kept = not lost or is_forced
        if is_kept:
            publish(folder, out)
    kept = str(out) if is_kept else None
    return Compressed(str(model), kept, tuple(stages), tuple(rows), wanted.target_mb, lost)


@dataclass
class _Work:
    """The folders and measures of one compression."""

    path: Path
    wanted: Wanted
    clips: Sequence[ClipSound]
    tell: Tell
    reference: Answers | None = None
    number: int = 0
    was_int8: bool = False

    @property
    def sounds(self) -> list[np.ndarray]:
        return [one.audio for one in self.clips]

    def start(self, model: str | Path) -> tuple[ModelFolder, list[Stage]]:
        """The model as it was, measured, and as floats without the tasks that go."""
        if is_model_folder(model):
            whole = ModelFolder(model)
        else:
            pack(load_model(model), self._new("run"), About(Path(model).name, "0.1.0"), is_int8=False)
            whole = ModelFolder(self.path / "run")
        spec = select(whole.spec, self.wanted.without, self.wanted.renamed)
        spec = replace(spec, name=self.wanted.name or spec.name)
        chosen = self._new("chosen")
        rewrite_folder(whole, chosen, {}, spec=spec)
        stage = self._stage("before", chosen)
        check_budgets(self.wanted.budgets, stage.scores)
        plain = self._new("plain")
        count = plain_folder(ModelFolder(chosen), plain)
        self.was_int8 = count > 0
        if count:
            self.tell(f"{count} int8 matrices are floats again; what rounding cost them stays")
        return ModelFolder(plain), [stage]

    def go(self, folder: ModelFolder, before: Scores, steps: Sequence[Step]) -> Iterator[tuple[ModelFolder, Stage]]:
        """What is there after every step; a recovery comes after the last one that does not round."""
        shaping = [step for step in steps if not step.method.is_rounding]
        for step in steps:
            is_mended = self.wanted.recovery is not None and step in shaping
            folder, stage = self._step(step, folder, before, is_mended=is_mended)
            yield folder, stage
            if is_mended and step is shaping[-1]:
                folder, stage = self._recover(folder, shaping)
                yield folder, stage
        if self.wanted.recovery is not None and not shaping:
            log.warning("--recover was given, but no method changes shapes or weights to recover from: nothing trained")

    def _step(self, step: Step, folder: ModelFolder, before: Scores, *, is_mended: bool) -> tuple[ModelFolder, Stage]:
        self.tell(f"{step.name}: {', '.join(f'{k}={v}' for k, v in step.options.items()) or 'as it is'}")
        method, units = step.method, step.method.units(folder)
        table = [Sensitivity(unit.name, unit.num_bytes, ()) for unit in units]
        is_as_before = self.was_int8 and step.name == INT8  # the very weights it had: nothing to try
        if self.clips and not is_mended and not is_as_before:
            trial = Trial(method, folder, self.path, self._scores, before, self.wanted.budgets, self.sounds)
            if self.wanted.has_table and len(units) > 1:
                table = each_alone(trial, self.tell)
            table = fit(trial, table, self.tell)
        kept_out = {one.unit for one in table if one.reason}
        out = self._new(step.name)
        method.apply(folder, out, [unit for unit in units if unit.name not in kept_out], self.sounds)
        return ModelFolder(out), self._stage(step.name, out, tuple(table))

    def _recover(self, folder: ModelFolder, shaping: Sequence[Step]) -> tuple[ModelFolder, Stage]:
        assert self.wanted.recovery is not None
        out = self._new("recover")
        count = recover(folder, self.wanted.recovery.settings, self.wanted.recovery.run, out)
        self.tell(f"recover: {count} steps")
        model = ModelFolder(out)
        for step in (step for step in shaping if step.name == "magnitude"):  # what was 0 is 0 again
            again = self._new("again")
            step.method.apply(model, again, step.method.units(model), self.sounds)
            model = ModelFolder(again)
        return model, self._stage("recover", model.path)

    def _stage(self, name: str, folder: Path, units: tuple[Sensitivity, ...] = ()) -> Stage:
        heard = self._heard(folder, None) if self.clips else None
        if heard is not None and self.reference is None:
            self.reference = heard.answers
        size = folder_bytes(folder)
        tasks = [task.name for task in ModelFolder(folder).spec.tasks]
        memory = peak_mb(folder, tasks) if self.clips and self.wanted.has_memory else None
        self.tell(f"{name}: {size / 1e6:.1f} MB")
        factor = None if heard is None else heard.real_time_factor
        return Stage(name, size, factor, memory, {} if heard is None else heard.scores, units)

    def _scores(self, folder: Path, tasks: Sequence[str] | None) -> Scores:
        return self._heard(folder, tasks).scores

    def _heard(self, folder: Path, tasks: Sequence[str] | None) -> Heard:
        return hear_all(folder, self.clips, tasks=tasks, reference=self.reference)

    def _new(self, name: str) -> Path:
        self.number += 1
        return self.path / f"{self.number}-{name}"
