"""Which extra brings a library that is not there.

In: the error of the import that failed, the verb's module. Out: one sentence with the line that installs it.
A verb that needs an extra names it in a constant, `EXTRA = "probe,report"`. Where none is named (options of `hear` that
need one), it is an extra of ours that asks for the library under that name, `train` if that does; else it is `train`.
"""

from __future__ import annotations

import re
from types import ModuleType

import allears

__all__ = ["missing"]

_USUAL = "train"

_REQUIREMENT = re.compile(r"""^([\w.-]+).*;.*extra == ['"]([\w-]+)['"]""")


def missing(error: ModuleNotFoundError, verb: ModuleType | None) -> str:
    """What is not installed, and how to install it.

    Args:
        error: of the import.
        verb: the module of the verb that ran, if one did.

    Raises:
        ModuleNotFoundError: the same error, if it is one of our own modules that is not there: a bug.
    """
    name = (error.name or "").partition(".")[0]
    if name in ("", allears.__name__):
        raise error
    extra = getattr(verb, "EXTRA", None) or _extra_with(name) or _USUAL
    return f"this verb needs {name}, which is not installed: pip install 'allears[{extra}]'"


def _extra_with(name: str) -> str | None:
    """An extra that asks for a distribution of that name; one that takes in others has their lines, too."""
    from importlib.metadata import PackageNotFoundError, requires  # here: 20 ms that nobody else needs

    try:
        lines = requires(allears.__name__) or []
    except PackageNotFoundError:  # run from its source folder
        return None
    found = [match.groups() for line in lines if (match := _REQUIREMENT.match(line))]
    extras = [extra for wanted, extra in found if wanted.lower().replace("-", "_") == name.lower()]
    return _USUAL if _USUAL in extras else next((extra for extra in extras if extra != "test"), None)
