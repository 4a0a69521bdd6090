"""What a run says while it runs: JSON lines always, TensorBoard if it is installed, a bar or plain lines on stderr.

In: records (plain mappings with `event` and `step`). Out: `log.jsonl`, `tensorboard/`, stderr.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Log", "Progress", "RunLog", "Silent", "flat_numbers", "make_progress"]

log = logging.getLogger(__name__)


class Log(Protocol):
    """Takes records."""

    def write(self, event: str, step: int, **values: Any) -> None:
        """One record."""
        ...

    def close(self) -> None: ...


class RunLog:
    """Writes records.

    Args:
        folder: of the run.
        first_step: records of later steps are dropped from the file: a killed run did them, and they are done again.
    """

    def __init__(self, folder: Path, *, first_step: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "log.jsonl"
        if path.exists():
            _drop_after(path, first_step)
        self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115 (closed in close)
        self._board = _tensorboard(folder / "tensorboard", first_step)

    def write(self, event: str, step: int, **values: Any) -> None:
        """One record; its numbers also go to TensorBoard as `event/...`."""
        self._file.write(json.dumps({"event": event, "step": step, **values}, ensure_ascii=False) + "\n")
        self._file.flush()
        if self._board is not None:
            for name, value in flat_numbers(values, event):
                self._board.add_scalar(name, value, step)

    def close(self) -> None:
        self._file.close()
        if self._board is not None:
            self._board.close()


class Progress(Protocol):
    """Where the run is."""

    def advance(self, step: int, text: str) -> None:
        """`step` steps are done; `text` says how it goes."""
        ...

    def say(self, text: str) -> None:
        """A line that stays."""
        ...

    def close(self) -> None: ...


class Silent:
    """Log and progress of a process that leaves talking to another."""

    def write(self, event: str, step: int, **values: Any) -> None:
        pass

    def advance(self, step: int, text: str) -> None:
        pass

    def say(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


def make_progress(num_steps: int, first_step: int = 0) -> Progress:
    """A bar on a terminal (with rich), plain lines elsewhere."""
    if sys.stderr.isatty():
        try:
            return _Bar(num_steps, first_step)
        except ImportError:
            pass
    return _Lines(num_steps, first_step)


def flat_numbers(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, float]]:
    """Numbers inside nested mappings, with their path: `train/losses/speech`."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from flat_numbers(value, f"{prefix}/{key}")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}/{key}", float(value)


class _Lines:
    """A line whenever there is something to say."""

    def __init__(self, num_steps: int, first_step: int) -> None:
        self._num_steps, self._first_step, self._start_s = num_steps, first_step, time.monotonic()

    def advance(self, step: int, text: str) -> None:
        if not text:
            return
        done = max(1, step - self._first_step)
        left_s = (time.monotonic() - self._start_s) / done * (self._num_steps - step)
        self.say(f"step {step}/{self._num_steps}  {text}  {left_s / 60:.1f} min left")

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        pass


class _Bar:
    """rich's progress bar."""

    def __init__(self, num_steps: int, first_step: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._text = ""
        self._bar = RichProgress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"),
            console=Console(stderr=True),
        )  # fmt: skip
        self._task = self._bar.add_task("", total=num_steps, completed=first_step)
        self._bar.start()

    def advance(self, step: int, text: str) -> None:
        self._text = text or self._text
        self._bar.update(self._task, completed=step, description=self._text)

    def say(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)

    def close(self) -> None:
        self._bar.stop()


def _drop_after(path: Path, step: int) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.endswith("\n") and _step_of(line, path) <= step]
    partial = path.with_name(path.name + ".partial")
    partial.write_text("".join(kept), encoding="utf-8")
    os.replace(partial, path)


def _step_of(line: str, path: Path) -> float:
    """The step of a record; of a line that is none (a machine that lost power leaves such), later than all."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        log.warning("%s holds a line that is no record, which is dropped: %.80r", path, line)
        return math.inf


def _tensorboard(folder: Path, first_step: int) -> Any | None:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        log.info("TensorBoard is not installed: log.jsonl holds the same numbers")
        return None
    return SummaryWriter(str(folder), purge_step=first_step + 1 if first_step else None)
