"""One run over an archive: what is done is left alone, the rest is heard, the lists are written.

In: items, a folder, options. Out: a `Summary`. It may be killed at any moment: the next run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from allears.archive.engines import ENGINES
from allears.archive.hearer import OpenSession, Outcome, SessionOptions
from allears.archive.items import Item
from allears.archive.outputs import Outputs
from allears.archive.summary import Summary, summary_of
from allears.archive.work import Work

__all__ = ["hear_archive"]


def hear_archive(
    items: Sequence[Item],
    folder: str | Path,
    options: SessionOptions | None = None,
    *,
    engine: str = "local",
    num_workers: int = 1,
    address: str | None = None,
    is_retrying: bool = False,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    open_session: OpenSession = SessionOptions.open,
) -> Summary:
    """Hear what is not heard yet.

    Args:
        items: of the archive, all of them.
        folder: of the outputs.
        options: of the sessions.
        engine: `local` (processes of this machine) or `ray`.
        num_workers: sessions at the same time.
        address: of a Ray cluster; None for this machine.
        is_retrying: whether clips that failed before are tried again.
        on_outcome: called after each clip.
        open_session: opens a session, in the worker.

    Raises:
        ModelError: the model cannot be used.
        ValueError: no such engine; other settings than those the folder was heard with; another run writes there.
        OSError: the folder cannot be written.
    """
    opts, outputs = options or SessionOptions(), Outputs(folder)
    run, begun = ENGINES[engine](), time.monotonic()
    with outputs.alone():
        outputs.check_settings(opts.settings())
        if is_retrying:
            for item in items:
                outputs.forget_failure(item)
        known = {item.key for item in items if outputs.is_heard(item)}
        failed = {item.key for item in items if item.key not in known and outputs.is_failed(item)}
        todo = [item for item in items if item.key not in known and item.key not in failed]
        outcomes: list[Outcome] = []
        try:
            work = Work(todo, str(outputs.folder), opts, max(1, min(num_workers, len(todo))), address, open_session)
            for outcome in run(work) if todo else ():
                outcomes.append(outcome)
                on_outcome(outcome)
        finally:
            outputs.write_lists(items)
    return summary_of(
        outcomes, num_clips=len(items), num_known=len(known), num_failed_before=len(failed),
        took_s=time.monotonic() - begun,
    )  # fmt: skip
