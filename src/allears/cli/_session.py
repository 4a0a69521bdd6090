"""Opens the session a verb asks for; the one place of the command that loads a model."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.session import Session
    from allears.runtime.understanding import SentenceReader

__all__ = [
    "add_keywords_argument",
    "add_model_argument",
    "add_understand_argument",
    "add_user_words_argument",
    "open_folder",
    "open_session",
    "reader",
]


def open_session(args: argparse.Namespace) -> Session:
    """The session for the verb's `model`, `task`, `languages`, `threads`, `hotwords`, `domain`, `keywords`,
    `understand`, `user_words`, `adapter`, those that it has.

    Raises:
        ModelError: the model cannot be loaded.
        ValueError: a task or language it does not have; hotwords, a domain, keywords or adapters that cannot be used.
        OSError: the file of hotwords or of the domain cannot be read.
    """
    from allears.runtime.session import Session

    names = ("hotwords", "domain", "keywords")
    expected = {name: value for name in names if (value := getattr(args, name, None)) is not None}
    if hasattr(args, "understand") and (reader := args.understand or os.environ.get("ALLEARS_UNDERSTAND")):
        expected["understand"] = reader
    if getattr(args, "user_words", False):
        expected["user_words"] = True
    if getattr(args, "adapter", None):
        expected["adapters"] = args.adapter
    return Session(
        args.model,
        tasks=getattr(args, "task", None),
        languages=getattr(args, "languages", None),
        num_threads=getattr(args, "threads", None),
        **expected,
    )


def reader(args: argparse.Namespace) -> SentenceReader | None:
    """The model of open language for the verb's `understand`; None if none is asked for.

    Raises:
        ModelError: it is no such model.
    """
    from allears.runtime.understanding import reader_of

    return reader_of(args.understand or os.environ.get("ALLEARS_UNDERSTAND"))


def add_model_argument(parser: argparse._ActionsContainer, default: str | None = None) -> None:
    """Add `--model`."""
    parser.add_argument("--model", metavar="DIR", default=default,
                        help="folder of an exported model, or base or small, which ship; base if left out")  # fmt: skip


def add_keywords_argument(parser: argparse._ActionsContainer) -> None:
    """Add `--keywords`."""
    parser.add_argument(
        "--keywords", nargs="?", const=True, metavar="FOLDER",
        help="listen for your keywords (allears keyword), or those of a folder; write it after the files",
    )  # fmt: skip


def add_user_words_argument(parser: argparse._ActionsContainer) -> None:
    """Add `--no-user-words`."""
    parser.add_argument(
        "--no-user-words", dest="user_words", action="store_false",
        help="do not expect your words (allears words) and what your corrections taught (allears correct)",
    )  # fmt: skip


def add_understand_argument(parser: argparse._ActionsContainer) -> None:
    """Add `--understand`."""
    parser.add_argument(
        "--understand", metavar="DIR",
        help="say what the words want, with this model of open language, or base, which ships (or $ALLEARS_UNDERSTAND)",
    )  # fmt: skip


def open_folder(args: argparse.Namespace) -> ModelFolder:
    """The folder of the verb's `model`, without loading any network.

    Raises:
        ModelError: it is no model folder.
    """
    from allears.runtime.model_folder import ModelFolder

    return ModelFolder(args.model)
