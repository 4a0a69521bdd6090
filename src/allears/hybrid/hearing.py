"""Ears for a DNN-HMM: the features it was trained on, from the model it was trained with."""

from __future__ import annotations

from collections.abc import Callable

from allears.hybrid.features import Kind, Listen, listener
from allears.hybrid.phones import PhoneModel
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts

__all__ = ["Open", "ears", "hearer_of"]

Open = Callable[[], tuple[ModelFolder, Parts]]
"""Opens the model whose encoder is read; not called where none is."""


def ears(kind: Kind, open_model: Open) -> tuple[Listen, str]:
    """The function that hears, and the name and version of the model it hears with; none for MFCC."""
    if kind == "mfcc":
        return listener(kind), ""
    folder, parts = open_model()
    return listener(kind, parts, folder.spec), f"{folder.spec.name} {folder.spec.version}"


def hearer_of(model: PhoneModel, open_model: Open) -> Listen:
    """The function that hears for a model.

    Raises:
        ValueError: the model that opens is not the one it was trained with.
    """
    listen, name = ears(model.features, open_model)
    model.check_hearer(name)
    return listen
