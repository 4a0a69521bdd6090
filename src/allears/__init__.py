"""allears: one encoder hears everything. Words, speech, language and voice from one pass over the audio.

`from allears import Session; Session().hear("a.wav").text`. Importing loads nothing until a name is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allears.runtime.session import Session
    from allears.speaking.voice import Voice
    from allears.spec import ModelSpec, TaskSpec

    __version__: str

__all__ = ["ModelSpec", "Session", "TaskSpec", "Voice", "__version__"]

_HOMES = {
    "ModelSpec": "allears.spec",
    "Session": "allears.runtime.session",
    "TaskSpec": "allears.spec",
    "Voice": "allears.speaking.voice",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name == "__version__":
        metadata = importlib.import_module("importlib.metadata")
        try:
            return metadata.version("allears")
        except metadata.PackageNotFoundError:  # run from a source tree that is not installed
            return "0+unknown"
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'allears' has no attribute {name!r}: it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
