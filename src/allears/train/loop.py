"""The training loop: everything that happens around a step (`step.py`): log, evaluate, save, begin a phase, stop.

In: a `TrainState` and plain settings. Out: checkpoints and logs in the run's folder; the state, trained.
A run that was killed and taken up again gives the same losses to the last bit as one that was not.

Letters: B clips, S samples, P clips that carry a label.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from allears.batch import Batch
from allears.ranks import first_says, rank, total
from allears.train.checkpoint import RunFolder
from allears.train.evaluate import Scores, evaluate, higher_is_better, pick
from allears.train.logs import Log, Progress
from allears.train.plan import Plan
from allears.train.sensitivity import squared_gradients
from allears.train.state import TrainState
from allears.train.step import draw_batch, take_step
from allears.train.stop import StopFlag
from allears.train.tally import Tally
from allears.train.watch import Watch

__all__ = ["Outcome", "Plan", "train"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        step: steps done.
        is_finished: all of them.
        signal_number: who stopped it; None if nobody did.
        scores: of the last evaluation; empty if there was none.
    """

    step: int
    is_finished: bool
    signal_number: int | None
    scores: Scores


def train(
    state: TrainState,
    plan: Plan,
    *,
    folder: RunFolder,
    run_log: Log,
    progress: Progress,
    dev: Iterable[Batch] | None = None,
    device: torch.device | None = None,
    stop: StopFlag | None = None,
    until: int | None = None,
) -> Outcome:
    """Train from `state.step` to `plan.num_steps`, or to `until` if that comes first, or until `stop` is set.

    Raises:
        ValueError: a loss or gradient is not finite (the message names task and clips), or `plan.best` is no metric.
    """
    is_higher = higher_is_better(state.model, plan.best) if plan.best else False
    device, stop = device or torch.device("cpu"), stop or StopFlag()
    tally, watch, scores = Tally(), Watch(plan, run_log), Scores()
    _set_modes(state.model)
    end = plan.num_steps if until is None else min(until, plan.num_steps)
    is_asked = _is_asked(stop)
    while state.step < end and not is_asked:
        _start_phase(state, plan, device, run_log, tally)
        take_step(state, plan, device, tally, watch)
        _tell_starved(state, run_log)
        is_last = state.step == end
        if state.step % plan.log_every_steps == 0 or is_last:
            progress.advance(state.step, _write_train(state, plan, run_log, tally))
        else:
            progress.advance(state.step, "")
        if state.step % plan.evaluate_every_steps == 0 or is_last:
            watch.sharing(state)
        is_best = False
        if dev is not None and (state.step % plan.evaluate_every_steps == 0 or is_last):
            scores = _evaluate(state, dev, device)
            is_best = _is_better(state, scores, plan.best, is_higher)
            run_log.write("evaluate", state.step, scores=scores, is_best=is_best)
            progress.say(f"step {state.step}  dev: {_scores_text(scores)}{'  (best)' if is_best else ''}")
        is_asked = _is_asked(stop)
        is_due = state.step % plan.checkpoint_every_steps == 0 or is_last or is_asked
        if is_due or is_best:
            _save(state, folder, is_due=is_due, is_best=is_best)
    return Outcome(state.step, state.step >= plan.num_steps, stop.signal_number, scores)


def _is_asked(stop: StopFlag) -> bool:
    """Whether any process was asked to stop: all of them end after the same step."""
    own = stop.signal_number or 0
    found = total({"processes": int(own > 0), "signals": own})
    if found["processes"] and not own:
        stop.signal_number = int(found["signals"] // found["processes"])
    return found["processes"] > 0


def _save(state: TrainState, folder: RunFolder, *, is_due: bool, is_best: bool) -> None:
    """Every process gives its part of the state, the first one writes."""
    saved = state.state_dict()
    if rank() > 0:
        return
    if is_due:
        folder.save(saved, is_best=is_best)
    else:
        folder.save_best(saved)


def _set_modes(model: nn.Module) -> None:
    """Train mode; a wholly frozen encoder stays in eval mode, so that it is the encoder that was pretrained."""
    model.train()
    encoder = model.encoder
    assert isinstance(encoder, nn.Module)
    if not any(p.requires_grad for p in encoder.parameters()):
        encoder.eval()


def _write_train(state: TrainState, plan: Plan, run_log: Log, tally: Tally) -> str:
    """One record of the steps since the last one; returns it in short."""
    record = tally.take()
    record["labels"] = dict.fromkeys(state.model.tasks, 0) | record["labels"]
    progress = (state.step - 1) / plan.num_steps  # of the last step taken
    strengths = {task: reversal.strength(progress) for task, reversal in state.model.reversals.items()}
    seen = total(state.feed.labels_seen)
    run_log.write(
        "train", state.step, epoch=state.feed.epoch, phase=state.phase, labels_seen=seen, reversal=strengths, **record
    )
    return _summary(record["losses"])


def _tell_starved(state: TrainState, run_log: Log) -> None:
    starved = state.heard.starved()
    if not starved:
        return
    for task, (heard, turns) in starved.items():
        log.warning(
            "step %d: task %s was heard in %d of %d steps: give it a share with data.task_shares or "
            "data.task_temperature, or more labelled clips",
            state.step, task, heard, turns,
        )  # fmt: skip
    run_log.write("starved", state.step, tasks={t: {"heard": h, "of": n} for t, (h, n) in starved.items()})


def _start_phase(state: TrainState, plan: Plan, device: torch.device, run_log: Log, tally: Tally) -> None:
    """Tell the regularisers when the next step is the first of a new phase, before anything of it has been learned."""
    phase = state.turn(state.step, state.step * plan.accumulate).phase
    if phase == state.phase:
        return
    ended = list(state.tasks_of(state.phase))

    def sensitivity(count: int, parameters: Mapping[str, nn.Parameter]) -> dict[str, Tensor]:
        batches = (draw_batch(state, ended, device, tally) for _ in range(count))
        return squared_gradients(state.model, batches, ended, parameters)

    for regulariser in state.regularisers.values():
        regulariser.start_phase(sensitivity)
    state.phase = phase
    run_log.write("phase", state.step + 1, phase=phase, tasks=list(state.tasks_of(phase)))
    log.info("step %d: phase %d begins with %s", state.step, phase, ", ".join(state.tasks_of(phase)))


def _evaluate(state: TrainState, dev: Iterable[Batch], device: torch.device) -> Scores:
    """Every process hears all dev clips; what the first one finds counts, so that all take one decision."""
    if state.average is None:
        return first_says(evaluate(state.model, dev, device=device))
    with state.average.applied():
        return first_says(evaluate(state.model, dev, device=device))


def _is_better(state: TrainState, scores: Scores, best: str | None, is_higher: bool) -> bool:
    """Whether the watched number is the best so far; `state.best` is kept up to date."""
    if best is None:
        return False
    value = pick(scores, best)
    if value is None:
        log.warning("step %d: the dev clips give no %s", state.step, best)
        return False
    if state.best is not None and (value <= state.best if is_higher else value >= state.best):
        return False
    state.best = value
    return True


def _summary(losses: dict[str, float]) -> str:
    return "  ".join(f"{task} {value:.4f}" for task, value in losses.items())


def _scores_text(scores: Scores) -> str:
    parts = []
    for task, values in scores.items():
        numbers = " ".join(f"{name} {value:.4g}" for name, value in values.items() if name != "num_clips")
        parts.append(f"{task}: {numbers}")
    return "; ".join(parts)
