"""A recipe file and its overrides -> a checked `Recipe`.

In: YAML (or the resolved JSON of a run) and strings like `optim.lr=3e-4`. Out: a frozen `Recipe`.
`${NAME}` in a value is taken from the environment. Relative paths stay relative to the working folder.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from allears.config.schema import Recipe

__all__ = ["dump_recipe", "load_recipe", "override", "parse_recipe", "parse_settings"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def load_recipe(path: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe file and apply `KEY.KEY=VALUE` overrides (values as YAML types them).

    Raises:
        ValueError: no such file, not YAML, an unknown key (the nearest is named), a value out of range, or an
            environment variable that is not set.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"no recipe at {path}: give the path of a YAML file, for example recipes/tiny.yaml")
    data = parse_settings(path.read_text(encoding="utf-8"), str(path))
    for text in overrides:
        override(data, text)
    return parse_recipe(data, str(path))


def parse_settings(text: str, origin: str) -> dict[str, Any]:
    """A YAML mapping, typed as recipes are (`3e-4` is a number). Raises ValueError if it is none."""
    try:
        data = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"{origin} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ValueError(f"{origin} must hold a mapping of settings, got {type(data).__name__}: see docs/config.md")
    return data


def parse_recipe(data: Mapping[str, Any], origin: str = "recipe") -> Recipe:
    """Check plain mappings. `origin` starts every message. Raises ValueError as `load_recipe` does."""
    try:
        return Recipe.model_validate(_expand(data, origin))
    except ValidationError as error:
        errors = error.errors()
        unknown = [e for e in errors if e["type"] == "extra_forbidden"]  # the others may only follow from these
        raise ValueError(f"{origin}: " + "; ".join(_explain(e) for e in unknown or errors)) from error


def dump_recipe(recipe: Recipe) -> dict[str, Any]:
    """Plain mappings with every default written out; `parse_recipe` reads them back."""
    return recipe.model_dump(mode="json", by_alias=True)


class _Loader(yaml.SafeLoader):
    """YAML 1.1 takes `3e-4` for text; people mean a number. Nothing but plain values can be built."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d[\d_]*)(\.\d*)?[eE][-+]?\d+$|^[-+]?\.\d+([eE][-+]?\d+)?$|^[-+]?\d[\d_]*\.\d*$"),
    list("-+0123456789."),
)


def override(data: dict[str, Any], setting: str) -> None:
    """Set one `a.b=c` in nested mappings, in place; a number steps into a list, the value is typed as YAML does."""
    key, equals, text = setting.partition("=")
    if not equals or not key:
        raise ValueError(f"--set takes KEY=VALUE, got {setting!r}: for example --set optim.lr=3e-4")
    *parents, last = key.split(".")
    here: Any = data
    for part in parents:
        if isinstance(here, list):
            here = here[_index(here, part, setting)]
        else:
            if here.get(part) is None:
                here[part] = {}
            here = here[part]
        if not isinstance(here, dict | list):
            raise ValueError(f"--set {setting}: {part!r} is {here!r}, it has no settings inside")
    value = yaml.load(text, _Loader)
    if isinstance(here, list):
        here[_index(here, last, setting)] = value
    else:
        here[last] = value


def _index(items: list[Any], part: str, setting: str) -> int:
    if part.isdigit() and int(part) < len(items):
        return int(part)
    raise ValueError(f"--set {setting}: {part!r} must be a number from 0 to {len(items) - 1} here, it is a list")


def _expand(value: Any, origin: str) -> Any:
    """Fill in `${NAME}` from the environment, everywhere."""
    if isinstance(value, Mapping):
        return {key: _expand(item, origin) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_expand(item, origin) for item in value]
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in os.environ:
            raise ValueError(
                f"{origin}: {value!r} needs the environment variable {name}: run `export {name}=...` first"
            )
    return _VARIABLE.sub(lambda match: os.environ[match.group(1)], value)


def _explain(error: Any) -> str:
    """One line for one thing pydantic found wrong."""
    loc = [str(part) for part in error["loc"]]
    where = ".".join(loc)
    if error["type"] != "extra_forbidden":
        return f"{where}: {error['msg'].removeprefix('Value error, ')} (got {error['input']!r})"
    allowed = sorted(_keys_at(Recipe, loc[:-1]))
    near = difflib.get_close_matches(loc[-1], allowed, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown key {where!r}.{hint} Allowed here: {', '.join(allowed)}"


def _keys_at(model: type[BaseModel], loc: Sequence[str]) -> list[str]:
    """Keys of the section that a path of keys and list positions leads to."""
    for part in loc:
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        if field is not None:
            model = _section_in(field.annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The section class inside `X`, `X | None`, `tuple[X, ...]` or `dict[str, X]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section_in(inner))), None)
