"""The journal of a study: a file that several processes append to, and whose trials survive a kill.

In: a path. Out: an Optuna study; trials put back into the queue with the run folder they had.
"""

from __future__ import annotations

from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from allears.tune.trial import Goal

__all__ = ["folder_of", "num_begun", "open_study", "put_back", "take_up"]

STUDY = "allears"  # one study a journal
_FOLDER = "folder"  # attribute of a trial that goes on in the run folder of another
_GOES_ON = "goes_on"  # number of that other trial


def open_study(path: Path, goal: Goal) -> optuna.Study:
    """The study of a journal file; made if it is not there.

    Raises:
        ValueError: it is a study of another goal, or no journal.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path.parent.mkdir(parents=True, exist_ok=True)
    direction = "maximize" if goal.is_higher_better else "minimize"
    try:
        storage = JournalStorage(JournalFileBackend(str(path)))
        study = optuna.create_study(storage=storage, study_name=STUDY, direction=direction, load_if_exists=True)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"{path} cannot be read as a journal ({error!r}): give another --study") from error
    before = study.user_attrs.get("goal")
    if before is None:
        study.set_user_attr("goal", goal.name)
    elif before != goal.name:
        raise ValueError(f"{path} searched for {before}, not {goal.name}: give another --study, or the goal it has")
    return study


def take_up(study: optuna.Study) -> int:
    """Put trials that a killed process left unfinished back into the queue. Returns how many.

    Only when no other process works on the study: its trials would be done twice.
    """
    left = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    for trial in left:
        put_back(study, trial)
        study.tell(trial.number, state=TrialState.FAIL)
    return len(left)


def put_back(study: optuna.Study, trial: FrozenTrial | optuna.Trial) -> None:
    """Queue a trial's values again; the new trial goes on in its run folder, and the old one no longer counts."""
    attributes = {_FOLDER: folder_of(trial), _GOES_ON: trial.number}
    study.enqueue_trial(dict(trial.params), user_attrs=attributes)


def folder_of(trial: FrozenTrial | optuna.Trial) -> str:
    """Name of its run folder."""
    return str(trial.user_attrs.get(_FOLDER, f"trial-{trial.number:04d}"))


def num_begun(study: optuna.Study) -> int:
    """Trials that are over or under way. One that goes on as another counts once, and not while that one waits."""
    trials = study.get_trials(deepcopy=False)
    num_waiting = sum(trial.state == TrialState.WAITING for trial in trials)
    return len(trials) - num_waiting - sum(_GOES_ON in trial.user_attrs for trial in trials)
