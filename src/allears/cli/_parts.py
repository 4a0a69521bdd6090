"""The networks of the model that a verb is given, for verbs that need no session."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from allears.cli import _session

if TYPE_CHECKING:
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.parts import Parts

__all__ = ["open_parts"]

_MOST_THREADS = 8  # more do not make windows of some seconds any faster


def open_parts(args: argparse.Namespace) -> tuple[ModelFolder, Parts]:
    """The folder of the verb's `model` and its networks, none of them loaded; `threads` of each, if the verb has it.

    Raises:
        ModelError: it is no model folder.
    """
    from allears.runtime.parts import Parts

    folder = _session.open_folder(args)
    return folder, Parts(folder, getattr(args, "threads", None) or min(_MOST_THREADS, os.cpu_count() or 1))
