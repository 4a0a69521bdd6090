"""The clips a recipe asks for, and the option values that come from them.

In: sources of the `data` section. Out: clips. What is left out is counted and logged.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from allears.config.data_schema import SourceSection
from allears.config.schema import Recipe, TaskSection
from allears.data.manifest import Clip, read_manifest

__all__ = ["hash_sources", "read_source", "read_sources", "resolve_fields"]

log = logging.getLogger(__name__)


def read_source(source: SourceSection) -> list[Clip]:
    """Clips of one source, each once (`repeat` is the sampler's business).

    Raises:
        ValueError: no such manifest, or no clip is left.
    """
    path = Path(source.manifest)
    if not path.is_file():
        raise ValueError(f"no manifest at {path}: unpack the corpus or correct data.*.manifest in the recipe")
    clips = list(read_manifest(path))
    kept = [_relabel(clip, source) for clip in clips if _is_wanted(clip, source)]
    if not kept:
        raise ValueError(
            f"{path}: none of its {len(clips)} clips has split {source.split!r} and {source.where or 'any'}"
        )
    short = [c for c in kept if c.duration_s is not None and _is_length(c.duration_s, source)]
    unknown = [c for c in kept if c.duration_s is None]
    if len(short) + len(unknown) < len(kept):
        log.warning("%s: %d clips are outside the lengths asked for", path, len(kept) - len(short) - len(unknown))
    fitting = [c for c in kept if c.duration_s is None or _is_length(c.duration_s, source)]
    if not fitting:
        raise ValueError(f"{path}: no clip is within {source.min_s} to {source.max_s} s: widen min_s and max_s")
    return _thin(fitting, source.limit)


def read_sources(sources: Iterable[SourceSection]) -> list[Clip]:
    """Clips of several sources, repeats included, one after another."""
    return [clip for source in sources for clip in read_source(source) * source.repeat]


def resolve_fields(recipe: Recipe, clips: Sequence[Clip]) -> Recipe:
    """The recipe with every `{from_field: NAME}` among task options replaced by the field's sorted values.

    `{from_field: text, each: character}` gives the characters of the values, `{from_field: slots, each: slot}` the
    names of the slots in them.
    """
    tasks = {name: _resolve_task(name, section, clips) for name, section in recipe.tasks.items()}
    return recipe.model_copy(update={"tasks": tasks})


def hash_sources(sources: Iterable[SourceSection]) -> str:
    """SHA-256 over the manifests' bytes: tells whether two runs saw the same rows (not the same audio)."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(Path(source.manifest).read_bytes())
    return digest.hexdigest()


def _resolve_task(name: str, section: TaskSection, clips: Sequence[Clip]) -> TaskSection:
    options = {
        key: _field_values(f"tasks.{name}.{key}", value["from_field"], clips, value.get("each"))
        if isinstance(value, Mapping) and "from_field" in value and set(value) <= {"from_field", "each"}
        else value
        for key, value in section.options.items()
    }
    return TaskSection(kind=section.kind, reverse=section.reverse, **options)


def _field_values(where: str, field: str, clips: Sequence[Clip], each: str | None = None) -> list[Any]:
    if each not in _PARTS:
        raise ValueError(f"{where}: each is {each!r}; give {' or '.join(str(part) for part in _PARTS if part)}")
    values = {value for clip in clips if field in clip.labels for value in _PARTS[each](clip.labels[field])}
    if not values:
        have = sorted({key for clip in clips for key in clip.labels})
        raise ValueError(f"{where}: no training clip has the field {field!r}; the fields there are: {', '.join(have)}")
    return sorted(values)


def _slots(value: Any) -> list[str]:
    """Names of the slots of an object, slot -> value, or of a list of objects with `slot`."""
    return list(value) if isinstance(value, Mapping) else [entry["slot"] for entry in value]


_PARTS: Mapping[str | None, Callable[[Any], Iterable[Any]]] = {None: lambda v: (v,), "character": str, "slot": _slots}


def _is_wanted(clip: Clip, source: SourceSection) -> bool:
    if source.split is not None and clip.split != source.split:
        return False
    return all(_matches(clip.labels.get(field), wanted) for field, wanted in source.where.items())


def _matches(value: Any, wanted: Any) -> bool:
    if wanted == "*":
        return value is not None
    return value in wanted if isinstance(wanted, list | tuple) else bool(value == wanted)


def _is_length(duration_s: float, source: SourceSection) -> bool:
    return source.min_s <= duration_s and (source.max_s is None or duration_s <= source.max_s)


def _relabel(clip: Clip, source: SourceSection) -> Clip:
    labels = {**source.add, **clip.labels}
    if source.labels is not None:
        labels = {field: value for field, value in labels.items() if field in source.labels}
    for field in source.namespace:
        if field in labels:
            labels[field] = f"{clip.source or Path(source.manifest).parent.name}/{labels[field]}"
    return replace(clip, labels=labels)


def _thin(clips: list[Clip], limit: int | None) -> list[Clip]:
    """`limit` clips, evenly spread, so that a corpus sorted by speaker keeps all its speakers."""
    if limit is None or len(clips) <= limit:
        return clips
    return [clips[i * len(clips) // limit] for i in range(limit)]
