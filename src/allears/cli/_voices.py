"""What the verbs about voices share: the user's voices of a model, and what a clip sounds like."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from allears.cli import _session

if TYPE_CHECKING:
    from allears.decode.answers import Embedding
    from allears.runtime.session import Session
    from allears.runtime.voices import Voices

__all__ = ["open_voices", "voice_in", "voices_of"]


def open_voices(args: argparse.Namespace) -> Voices:
    """The user's voices that belong to the verb's `model`; no network is loaded.

    Raises:
        ModelError: it is no model folder.
    """
    from allears.runtime.origin import OriginOf
    from allears.runtime.voices import SPEAKER, Voices

    folder = _session.open_folder(args)
    return Voices.load(folder.spec, origin=OriginOf(folder, SPEAKER))


def voices_of(session: Session) -> Voices:
    """The user's voices that belong to a session's model."""
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.origin import OriginOf
    from allears.runtime.voices import SPEAKER, Voices

    return Voices.load(session.spec, origin=OriginOf(ModelFolder(session.folder), SPEAKER))


def voice_in(session: Session, file: str) -> Embedding:
    """What the voice of a clip sounds like.

    Raises:
        AudioError: the clip cannot be heard.
        ValueError: nobody speaks in it, or the model has no task `speaker`.
    """
    tasks = [task.name for task in session.spec.tasks if task.name in ("speaker", "speech")]
    result = session.hear(file, tasks=tasks)
    if result.speaker is None:
        raise ValueError(f"the model {session.spec.name!r} has no task 'speaker': use one that has, with --model")
    if result.speech is not None and not result.speech:
        raise ValueError(f"{file}: nobody speaks in it; leave it out, nothing was changed")
    return result.speaker
