"""Corpora that Lhotse reads: its manifests -> our clips, and what it warned of -> what was skipped.

Lhotse is in the extra `train` and needs torch, so that it is imported only when such a corpus is prepared.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes._base import Item, Skipped, known

__all__ = ["lhotse_items", "run_lhotse"]

_GENDERS = {"F": "female", "M": "male", "f": "female", "m": "male", "female": "female", "male": "male"}

Clean = Callable[[Any, Any], dict[str, Any] | None]


def lhotse_items(
    name: str, arguments: dict[str, Any], *, labels: Clean, split: Callable[[str, Clip], str | None]
) -> Iterator[Item]:
    """Run `lhotse.recipes.prepare_NAME(**arguments)` and yield its supervisions as clips, by id.

    Args:
        name: of the recipe in lhotse.
        arguments: its keyword arguments.
        labels: (recording, supervision or None) -> label fields; None to leave it out.
        split: (part of the corpus as lhotse calls it, clip) -> split.

    Raises:
        ValueError: lhotse is not installed, or refuses the folder.
    """
    found, warnings = run_lhotse("lhotse.recipes", f"prepare_{name}", **arguments)
    parts = {"": found} if "recordings" in found else found
    clips = [
        clip
        for part, manifests in parts.items()
        for clip in _clips(part, manifests["recordings"], manifests.get("supervisions"), labels, split)
    ]
    yield from sorted(clips, key=lambda clip: clip.id)
    yield from (Skipped("told by lhotse", text) for text in sorted(warnings))


def run_lhotse(module: str, function: str, *args: Any, **kwargs: Any) -> tuple[Any, list[str]]:
    """Call a function of lhotse; what it returns, and what it warned of.

    Raises:
        ValueError: lhotse is not installed, or refuses the folder.
    """
    try:
        called = getattr(importlib.import_module(module), function)
    except ImportError as error:
        raise ValueError(f"this corpus is read by {error.name}, not installed: pip install 'allears[train]'") from error
    warnings: list[str] = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(listener)  # lhotse warns by the root logger
    try:
        return called(*args, **kwargs), warnings
    except (AssertionError, KeyError, OSError) as error:
        raise ValueError(f"lhotse's {function} cannot read this folder: {error!r}; is the corpus whole?") from error
    finally:
        logging.getLogger().removeHandler(listener)


def _clips(part: str, recordings: Any, supervisions: Any, labels: Clean, split: Any) -> Iterator[Clip]:
    by_id = {recording.id: recording for recording in recordings}
    told = list(supervisions or ())
    spoken_for = {supervision.recording_id for supervision in told}
    pairs = [(by_id[one.recording_id], one) for one in told]
    pairs += [(recording, None) for recording in by_id.values() if recording.id not in spoken_for]
    for recording, one in pairs:
        fields = labels(recording, one)
        if fields is None:
            continue
        clip = Clip(
            one.id if one else recording.id,
            _file_of(recording, one),
            start_s=round(one.start, 4) if one else 0.0,
            duration_s=round(one.duration if one else recording.duration, 4),
            labels=known(**fields | ({"gender": _GENDERS.get(str(one.gender))} if one else {})),
        )
        yield Clip(**{**vars(clip), "split": split(part, clip)})


def _file_of(recording: Any, supervision: Any) -> Path:
    """The file of the supervision's channel, where every channel is a file."""
    channel = supervision.channel if supervision else 0
    channel = channel[0] if isinstance(channel, list) else channel
    sources = [source for source in recording.sources if channel in source.channels]
    return Path((sources or recording.sources)[0].source)
