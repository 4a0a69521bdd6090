"""`allears commands train`: a copy of a model that knows a grammar's sentences better, in minutes.

In: a grammar, a model folder, minutes. Out: a model folder, and how many commands of a voice that was not learned from
are understood before and after. For 45 % of the time the sentences are spoken and heard by the frozen encoder, for the
rest the head that spells goes on learning from where the model's was.
"""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from allears.audio import SAMPLE_RATE, read_audio
from allears.commands.grammar import Grammar
from allears.runtime.commanding import spelling_task
from allears.runtime.model_folder import ModelFolder
from allears.spec import TaskSpec
from allears.transfer.commands.accuracy import accuracy
from allears.transfer.commands.ear import FrozenEar
from allears.transfer.commands.fit import fit
from allears.transfer.commands.lesson import Lesson, hear_all, say_all
from allears.transfer.commands.voices import Voice, find_voices
from allears.transfer.commands.write import check_out, write_with_head
from allears.transfer.from_onnx import spelling_head

__all__ = ["Adapted", "train_commands"]

log = logging.getLogger(__name__)

NUM_TESTED = 60
_TESTED_SHARE, _HEARD_SHARE = 0.1, 0.45  # of the time, after which no more are heard to test with, to learn from
_MOST_LESSONS = 3000  # about 0.2 MB each
_LEAST = 16  # whatever the time
_MOST_OTHERS, _LONGEST_OTHER_S = 100, 12.0  # of the clips to rehearse


@dataclass(frozen=True)
class Adapted:
    """What was done.

    Attributes:
        model: the new folder.
        num_lessons: sentences learned from.
        num_steps: of training.
        loss: at the end.
        voice: that was kept for the test.
        num_tested: its sentences, in noise.
        before, after: share of them that is understood by the head alone.
    """

    model: str
    num_lessons: int
    num_steps: int
    loss: float
    voice: str
    num_tested: int
    before: float
    after: float


def train_commands(
    grammar: Grammar,
    out: Path,
    *,
    model: str | Path | None = None,
    minutes: float = 5.0,
    templates: Sequence[str] = (),
    noises: Sequence[str | Path] = (),
    others: Sequence[str | Path] = (),
    num_threads: int | None = None,
    seed: int = 0,
    tell: Callable[[str], None] = log.info,
    now: Callable[[], float] = time.monotonic,
) -> Adapted:
    """Adapt the head that spells to the sentences of a grammar.

    Args:
        grammar: whose sentences are learned.
        out: folder of the new model.
        model: folder of the model to start from; the one that ships if None.
        minutes: it may take, but for writing the folder.
        templates: of programs that speak, see `voices.py`.
        noises: audio files; half of the noise is theirs.
        others: audio files of ordinary speech in that language, of which the head shall lose nothing (`rehearsal.py`).
        num_threads: to compute with; as many as there are if None.
        seed: of everything that is drawn. What can be done in the time depends on the machine.
        tell: takes a line now and then.
        now: clock, seconds.

    Raises:
        ValueError: no voice, no head for the language, an `out` that is no model folder, fewer sentences than 16.
    """
    if not minutes > 0:
        raise ValueError(f"minutes must be above 0, got {minutes}: 5 are the usual ones")
    folder = ModelFolder(model)
    task = _task(folder, grammar)
    check_out(out, folder.path)
    learned, kept = _apart(find_voices(grammar.language, templates), random.Random(seed))
    begun_s, whole_s = now(), 60 * minutes
    graph = spelling_head(folder.path / task.file, task, folder.spec.num_layers, folder.spec.dim)
    ear = FrozenEar(folder, graph, num_threads or _num_cores())
    heard = _Heard(grammar, ear, task, [read_audio(noise) for noise in noises])
    tested = heard.until(lambda: now() - begun_s > _TESTED_SHARE * whole_s, [kept], NUM_TESTED, seed + 1)
    before = accuracy(grammar, graph.head, tested, task.classes, folder.spec.frame_shift_s, stride=task.stride)
    tell(f"{kept}: {100 * before:.0f} % of {len(tested)} commands understood before")
    lessons = heard.until(lambda: now() - begun_s > _HEARD_SHARE * whole_s, learned, _MOST_LESSONS, seed + 2)
    if len(lessons) < _LEAST:
        raise ValueError(f"only {len(lessons)} sentences could be learned from: give more, or other voices")
    rehearsed = _rehearsed(others, ear, random.Random(seed))
    tell(f"{len(lessons)} sentences of {len(learned)} voices heard, and {len(rehearsed)} clips to rehearse")
    heard_s = now()
    left_s = max(1e-9, whole_s - (heard_s - begun_s))
    if num_threads is not None:
        torch.set_num_threads(num_threads)
    steps, loss = fit(
        graph.head, lessons, len(task.classes), lambda: min(1.0, (now() - heard_s) / left_s),
        rehearsed=rehearsed, stride=task.stride, seed=seed,
    )  # fmt: skip
    after = accuracy(grammar, graph.head, tested, task.classes, folder.spec.frame_shift_s, stride=task.stride)
    tell(f"{steps} steps; {100 * after:.0f} % understood after")
    done = Adapted(str(out), len(lessons), steps, loss, str(kept), len(tested), before, after)
    write_with_head(folder, graph, task, out, _note(done, folder), ear.layers(_ANY_SOUND))
    return done


@dataclass(frozen=True)
class _Heard:
    """Makes lessons."""

    grammar: Grammar
    ear: FrozenEar
    task: TaskSpec
    noises: Sequence[np.ndarray]

    def until(self, is_late: Callable[[], bool], voices: Sequence[Voice], most: int, seed: int) -> list[Lesson]:
        """Lessons until it is late, some in any case."""
        texts = [text for text, _ in self.grammar.say(most, seed)]
        found: list[Lesson] = []
        for lesson in hear_all(
            say_all(texts, voices, seed), self.task.classes, self.ear.features,
            samples_per_frame=self.ear.samples_per_frame, stride=self.task.stride, seed=seed, noises=self.noises,
        ):  # fmt: skip
            found.append(lesson)
            if len(found) >= _LEAST and is_late():
                break
        return found


def _rehearsed(others: Sequence[str | Path], ear: FrozenEar, rng: random.Random) -> list[torch.Tensor]:
    """Features of clips of other speech, the first seconds of each."""
    if not others:
        log.warning("without ordinary speech to rehearse, the head spells such speech worse afterwards")
    some = rng.sample(list(others), min(_MOST_OTHERS, len(others)))
    clips = (read_audio(path)[: round(_LONGEST_OTHER_S * SAMPLE_RATE)] for path in some)
    return [torch.from_numpy(ear.features(clip).astype(np.float16)) for clip in clips]


def _task(folder: ModelFolder, grammar: Grammar) -> TaskSpec:
    task = spelling_task(folder.spec, grammar.language)
    if task is None:
        have = ", ".join(one.name for one in folder.spec.tasks)
        raise ValueError(
            f"the model {folder.spec.name!r} has {have}, and none of them spells {grammar.language!r}: commands are "
            "adapted through a task of kind `ctc`"
        )
    return task


def _apart(voices: Sequence[Voice], rng: random.Random) -> tuple[list[Voice], Voice]:
    """Voices to learn from, and one to test with that is none of them, whatever accent it has; alone, it is both."""
    kept = rng.choice(voices)
    learned = [voice for voice in voices if (voice.program, _throat(voice)) != (kept.program, _throat(kept))]
    if not learned:
        log.warning("there is one voice only, %s: it is tested on what it was learned from", kept)
    return learned or list(voices), kept


def _num_cores() -> int:
    """That this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _throat(voice: Voice) -> str:
    """Of an espeak-ng voice such as `en-gb+f3`, who speaks: `f3`."""
    return voice.name.partition("+")[2] if voice.program == "espeak-ng" else voice.name


def _note(done: Adapted, folder: ModelFolder) -> str:
    return (
        f"# Adapted\n\nA copy of `{folder.spec.name}` {folder.spec.version} by `allears commands train`: the head that "
        f"spells learned {done.num_lessons} sentences of a grammar, spoken by synthetic voices, in {done.num_steps} "
        f"steps. Of {done.num_tested} commands of the voice `{done.voice}`, which it did not learn from, the head "
        f"alone understands {100 * done.after:.0f} % (before: {100 * done.before:.0f} %). All else is as it was.\n"
    )


_ANY_SOUND = np.random.default_rng(0).normal(0, 0.05, 32_000).astype(np.float32)  # to compare file and network on
