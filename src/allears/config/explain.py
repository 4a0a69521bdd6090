"""What a recipe asks for, setting by setting: its value, whether that is the default, and what it means.

In: a parsed recipe. Out: one `Setting` a line, options of plug-ins included. Nothing is built, no file is read.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from allears.balance import BALANCERS
from allears.config.call import check_options
from allears.config.schema import Recipe
from allears.data.inputs import INPUTS
from allears.encoders import ENCODERS
from allears.regimes import REGIMES
from allears.regularise import REGULARISERS
from allears.sharing import SHARINGS
from allears.tasks import TASKS

__all__ = ["Setting", "explain"]

_PLUGGED: Mapping[str, Any] = {
    "data.input": INPUTS,
    "encoder": ENCODERS,
    "sharing": SHARINGS,
    "balance": BALANCERS,
    "regime": REGIMES,
    "regularise": REGULARISERS,
    "tasks": TASKS,
}  # section -> where its `kind` is looked up
_GIVEN: Mapping[str, tuple[str, ...]] = {
    "data.input": ("augmenter",),
    "sharing": ("reads", "dim", "num_layers"),
    "balance": ("tasks",),
    "regime": ("run",),
    "regularise": ("terms", "weight"),
    "tasks": ("name",),
}  # section -> arguments that the program itself passes


@dataclass(frozen=True)
class Setting:
    """One line.

    Attributes:
        key: as `--set` takes it.
        value: what the recipe says, or the default.
        is_default: whether the recipe leaves it out, or says what the default is.
        text: what it means; empty where only the plug-in's own documentation knows.
    """

    key: str
    value: Any
    is_default: bool
    text: str


def explain(recipe: Recipe) -> list[Setting]:
    """Every setting of the recipe, in the order of the schema.

    Raises:
        ValueError: an unknown plug-in or an option that it does not take; the message names the nearest.
    """
    return list(_section(recipe, ""))


def _section(section: BaseModel, path: str) -> Iterator[Setting]:
    for name, field in type(section).model_fields.items():
        key = f"{path}.{field.alias or name}".lstrip(".")
        value = getattr(section, name)
        parts = list(_parts(value, key))
        if parts:
            for part, place in parts:
                yield from _section(part, place)
        elif name != "kind" or section.model_config.get("extra") != "allow":
            text = " ".join((field.description or "").split())
            default = field.get_default(call_default_factory=True)
            yield Setting(key, value, not field.is_required() and value == default, text)
    if section.model_config.get("extra") == "allow":
        yield from _plugged(section, path)


def _parts(value: Any, key: str) -> Iterator[tuple[BaseModel, str]]:
    """Sections inside a value, with their places."""
    if isinstance(value, BaseModel):
        yield value, key
    elif isinstance(value, Mapping):
        yield from ((part, f"{key}.{name}") for name, part in value.items() if isinstance(part, BaseModel))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((part, f"{key}.{i}") for i, part in enumerate(value) if isinstance(part, BaseModel))


def _plugged(section: BaseModel, path: str) -> Iterator[Setting]:
    """The kind of a section, and the options of what it names."""
    where, rest = (path, "") if path in _PLUGGED else path.split(".", maxsplit=1)
    kind = getattr(section, "kind", None) or rest
    builder: Callable[..., Any] = _PLUGGED[where][kind]
    options = dict(section.model_extra or {})
    given = [name for name in _GIVEN.get(where, ()) if name not in options]
    check_options(path, builder, options, given=given)
    parameters = {name: p for name, p in inspect.signature(builder).parameters.items() if name not in given}
    text = " ".join((inspect.getdoc(builder) or "").split("\n\n")[0].split())
    yield Setting(f"{path}.kind", kind, kind == type(section).model_fields["kind"].default, text)
    for name, parameter in parameters.items():
        if parameter.kind is not parameter.VAR_KEYWORD:
            default = parameter.default
            value = options.get(name, default)
            yield Setting(f"{path}.{name}", value, name not in options or value == default, "")
