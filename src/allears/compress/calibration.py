"""What goes into each network of a model while it hears some clips: the examples that static scales are found on.

In: a model folder and clips (S,). Out: for a file, one mapping a clip of the names of its inputs to arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.runtime.onnx_file import open_onnx

__all__ = ["Calibration"]

_AUDIO, _LAYERS = "audio", "layers"


class Calibration:
    """See the module.

    Args:
        model: whose encoder hears.
        clips: (S,) samples at 16 kHz.

    Raises:
        ValueError: there are no clips.
    """

    def __init__(self, model: ModelFolder, clips: Sequence[np.ndarray]) -> None:
        if not clips:
            raise ValueError("scales of activations are found by hearing clips, and there are none: give --measure")
        self._model, self._clips = model, clips

    @cached_property
    def _layers(self) -> list[np.ndarray]:
        """(L, 1, T, D) of each clip."""
        session = open_onnx(self._model.path / ENCODER, 1)
        return [session.run([_LAYERS], {_AUDIO: clip[None]})[0] for clip in self._clips]

    def feeds(self, file: str) -> list[dict[str, np.ndarray]]:
        """Inputs of a network that reads sound or frames, a clip after another.

        Raises:
            ValueError: it reads something else (tokens, a cache).
        """
        wanted = [given.name for given in open_onnx(self._model.path / file, 1).get_inputs()]
        if unknown := sorted(set(wanted) - {_AUDIO, _LAYERS}):
            raise ValueError(f"{file} also reads {unknown}: only a network of sound and frames can be calibrated")
        return [
            {name: clip[None] if name == _AUDIO else self._layers[number] for name in wanted}
            for number, clip in enumerate(self._clips)
        ]
