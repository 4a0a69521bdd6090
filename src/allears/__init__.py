"""allears: one encoder hears everything. Words, speech, language and voice from one pass over the audio.

`from allears import Session; Session().hear("a.wav").text`. Importing loads nothing until a name is used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from allears.lazy import lazy

if TYPE_CHECKING:
    from allears.runtime.session import Session
    from allears.speaking.voice import Voice
    from allears.spec import ModelSpec, TaskSpec

    __version__: str

__all__ = ["ModelSpec", "Session", "TaskSpec", "Voice", "__version__"]

# From 1.29 on, onnxruntime tells its makers of each network it loads, unless this is set before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__getattr__ = lazy(
    __name__,
    {
        "ModelSpec": "spec",
        "Session": "runtime.session",
        "TaskSpec": "spec",
        "Voice": "speaking.voice",
        "__version__": "version",
    },
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
