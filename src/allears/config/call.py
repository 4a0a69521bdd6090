"""Call a plug-in's builder with the options of a recipe, or say which option is wrong.

In: a function with keyword options and a mapping. Out: what it builds.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

__all__ = ["call_builder", "check_options"]

T = TypeVar("T")


def call_builder(where: str, builder: Callable[..., T], options: Mapping[str, Any], **given: Any) -> T:
    """`builder(**given, **options)`; lists become tuples, as builders declare them.

    Args:
        where: place in the recipe, for messages: `tasks.speaker`.
        builder: what a registry gave.
        options: from the recipe.
        given: arguments the program itself passes; the recipe may not.

    Raises:
        ValueError: an option the builder does not have (the nearest is named), one that is missing, or one it refuses.
    """
    check_options(where, builder, options, given=tuple(given))
    try:
        return builder(**given, **{name: _plain(value) for name, value in options.items()})
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error}") from error


def check_options(where: str, builder: Callable[..., Any], options: Mapping[str, Any], *, given: Sequence[str]) -> None:
    """Raise ValueError if `builder` does not take one of `options`, or needs one that is not there.

    Args:
        where: place in the recipe, for messages.
        builder: any callable.
        options: from the recipe.
        given: parameters the program itself fills.
    """
    parameters = inspect.signature(builder).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    named = {name: p for name, p in parameters.items() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
    allowed = sorted(set(named) - set(given))
    for name in options:
        if name in given or (name not in allowed and not takes_any):
            near = difflib.get_close_matches(name, allowed, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"unknown option {where}.{name}.{hint} Allowed here: {', '.join(allowed) or 'none'}")
    missing = [name for name in allowed if named[name].default is inspect.Parameter.empty and name not in options]
    if missing:
        raise ValueError(
            f"{where} needs the option {missing[0]!r}: add `{missing[0]}: ...` under {where} in the recipe"
        )


def _plain(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
