"""The reference of every setting, as Markdown, from the texts under the fields.

In: nothing. Out: the tables of `docs/config.md`, on stdout: `python -m allears.config.describe`.
"""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from allears.config.schema import Recipe

__all__ = ["describe"]


def describe(model: type[BaseModel] = Recipe, path: str = "") -> str:
    """A table of the section's settings, then those of the sections inside it."""
    lines = [f"## {path or 'recipe'}", "", " ".join((model.__doc__ or "").split()), ""]
    lines += ["| key | default | meaning |", "|---|---|---|"]
    inner: list[str] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        section = _section_in(field.annotation)
        default = "required" if field.is_required() else _default(field.default)
        text = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{key}` | {'see below' if section else default} | {text} |")
        if section is not None:
            inner.append(describe(section, f"{path}.{key}".lstrip(".")))
    return "\n".join([*lines, "", *inner])


def _default(value: object) -> str:
    return "empty" if value is PydanticUndefined or value == () else f"`{value}`".replace("None", "absent")


def _section_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section_in(inner))), None)


if __name__ == "__main__":
    print(describe())
