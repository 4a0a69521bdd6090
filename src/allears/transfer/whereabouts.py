"""Where the weights of a model are in the files it was exported to, without the heads.

In: a model folder, and what an adapter puts in the place of its weights. Out: name, as in a `MultiTaskModel` -> file,
place and value, of the encoder and of text decoders. No torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import onnx

from allears.export.packed import unpack
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import Resolution
from allears.transfer.places import Place, constants_of, find_places, value_at

__all__ = ["Where", "whereabouts"]

Worn = Mapping[str, Mapping[str, np.ndarray]]
"""File -> initialiser -> value in its place: `Adapter.weights`."""


@dataclass(frozen=True)
class Where:
    """Where a parameter of the model is.

    Attributes:
        file: of the folder.
        place: in the file.
        value: float32, as the model has it.
    """

    file: str
    place: Place
    value: np.ndarray


def whereabouts(folder: ModelFolder, tasks: Iterable[str], worn: Worn | None = None) -> dict[str, Where]:
    """Name, as in a `MultiTaskModel` -> where it is, for the encoder and the text decoders of the named tasks.

    Values are those of `worn` where it has them.
    """
    found = dict(_of_file(folder, ENCODER, _of_encoder, worn or {}))
    for name in tasks:
        task = folder.spec.task(name)
        if task.resolution is Resolution.TEXT:
            start = f"heads.{name}.decoder"
            found |= _of_file(folder, task.file, partial(_of_decoder, start), worn or {})
            found |= _of_file(folder, str(task.decode["cross"]), partial(_of_cross, start), worn or {})
    return found


def _of_encoder(name: str) -> str | None:
    return name if name.startswith("encoder.") else None


def _of_decoder(start: str, name: str) -> str | None:
    return name.replace("decoder", start, 1) if name.startswith("decoder.") else None


def _of_cross(start: str, name: str) -> str | None:
    first, _, rest = name.partition(".")
    number, _, last = rest.partition(".")
    return f"{start}.layers.{number}.encoder_attn.{last}" if first == "attentions" else None


def _of_file(
    folder: ModelFolder, file: str, rename: Callable[[str], str | None], worn: Worn
) -> Iterator[tuple[str, Where]]:
    model = onnx.load(folder.check(file))
    unpack(model)  # as the runtime does: what an adapter changes are the 8-bit weights
    constants = constants_of(model.graph) | dict(worn.get(file, {}))
    for name, place in find_places(model.graph).items():
        if (own := rename(name)) is not None:
            yield own, Where(file, place, value_at(place, constants))
