"""Every setting says what it is."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import BaseModel

from allears.config.schema import Recipe


def _sections(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [model]
    for field in model.model_fields.values():
        stack = [field.annotation]
        while stack:
            kind = stack.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found += _sections(kind)
            stack += get_args(kind)
    return found


@pytest.mark.parametrize("section", {s.__name__: s for s in _sections(Recipe)}.values(), ids=lambda s: s.__name__)
def test_every_field_has_a_text(section: type[BaseModel]) -> None:
    assert section.__doc__
    silent = [name for name, field in section.model_fields.items() if not (field.description or "").strip()]
    assert not silent
