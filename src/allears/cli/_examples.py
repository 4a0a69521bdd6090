"""Labelled clips, however they are written down: a table, a manifest, or a folder of folders named by their label.

In: a path, and which labels are meant. Out: clips and the fields of their labels.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from allears.cli._paths import AUDIO_SUFFIXES
from allears.data.manifest import PATH_LABELS, Clip
from allears.data.open import open_clips
from allears.data.readers import READERS

__all__ = ["SPEAKER", "Examples", "read_examples", "with_label"]

log = logging.getLogger(__name__)

LABEL, SPEAKER = "label", "speaker"

Examples = tuple[list[Clip], tuple[str, ...]]
"""Clips, and the fields whose labels are meant."""


def read_examples(path: Path, fields: Sequence[str] | None = None, split: str | None = None) -> Examples:
    """Read clips.

    Args:
        path: a table with a column `file` or `audio`, a manifest, any corpus `allears data` reads, or a folder whose
            folders are labels.
        fields: of the labels that are meant; if None `label`, or the only one there is.
        split: only clips of that split.

    Raises:
        ValueError: nothing there that can be read; no such field; several, and none is named.
    """
    if path.is_dir() and not any(READERS[name]().fits(path) for name in READERS):
        clips = _by_folder(path)
    else:
        clips = list(open_clips(path, split=split))
    if not clips:
        raise ValueError(f"{path} has no clip{f' of split {split}' if split else ''}: check the path")
    have = sorted({name for clip in clips for name in clip.labels} - set(PATH_LABELS))
    if fields is None:
        found = [LABEL] if LABEL in have else [name for name in have if name != SPEAKER]
        if len(found) != 1:
            raise ValueError(f"{path} has the labels {', '.join(have) or 'none'}: say which are meant with --label")
        return clips, (found[0],)
    if unknown := [name for name in fields if name not in have]:
        raise ValueError(f"{path} has no label {', '.join(unknown)}: it has {', '.join(have) or 'none'}")
    return clips, tuple(dict.fromkeys(fields))


def with_label(clips: Sequence[Clip], field: str) -> list[Clip]:
    """Those that have a label of that field; how many have none is logged."""
    known = [clip for clip in clips if field in clip.labels]
    if len(known) < len(clips):
        log.warning("%d of %d clips have no %r: they are left out of it", len(clips) - len(known), len(clips), field)
    return known


def _by_folder(path: Path) -> list[Clip]:
    files = sorted(
        file
        for folder in path.iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
        for file in folder.rglob("*")
        if file.suffix.lower() in AUDIO_SUFFIXES and file.is_file()
    )
    if not files:
        raise ValueError(
            f"{path} is no corpus that allears knows, and none of its folders holds audio: give a table with the "
            "columns file and label, or a folder with one folder of recordings a label"
        )
    clips = []
    for file in files:
        name = file.relative_to(path)
        clips.append(Clip(str(name), file, labels={LABEL: name.parts[0]}))
    return clips
