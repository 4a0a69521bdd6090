"""Opens the session a verb asks for; the one place of the command that loads a model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.session import Session

__all__ = ["add_model_argument", "open_folder", "open_session"]


def open_session(args: argparse.Namespace) -> Session:
    """The session for the verb's `model`, `task`, `languages` and `threads`, those of them that it has.

    Raises:
        ModelError: the model cannot be loaded.
        ValueError: a task or language it does not have.
    """
    from allears.runtime.session import Session

    return Session(
        args.model,
        tasks=getattr(args, "task", None),
        languages=getattr(args, "languages", None),
        num_threads=getattr(args, "threads", None),
    )


def add_model_argument(parser: argparse._ActionsContainer) -> None:
    """Add `--model`."""
    parser.add_argument("--model", metavar="DIR", help="folder of an exported model; the one that ships if left out")


def open_folder(args: argparse.Namespace) -> ModelFolder:
    """The folder of the verb's `model`, without loading any network.

    Raises:
        ModelError: it is no model folder.
    """
    from allears.runtime.model_folder import ModelFolder

    return ModelFolder(args.model)
