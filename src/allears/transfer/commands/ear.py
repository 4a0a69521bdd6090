"""The frozen encoder of a model folder, and what the head that spells reads of it.

In: samples. Out: features. Run by onnxruntime as at home, so that the head learns on exactly what it will be given.

Letters: S samples, L layers, T frames, D width.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch

from allears.encoders.base import Hidden
from allears.export.graphs import HeadGraph
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.sharing.base import Sharing

__all__ = ["FrozenEar"]


class FrozenEar:
    """Hears clips.

    Args:
        folder: of the model.
        graph: of the head, with its part of the sharing.
        num_threads: of the encoder.

    Attributes:
        samples_per_frame: of the encoder.
    """

    def __init__(self, folder: ModelFolder, graph: HeadGraph, num_threads: int) -> None:
        self._parts, self._graph = Parts(folder, num_threads), graph
        self.samples_per_frame = self._parts.samples_per_frame

    def layers(self, audio: np.ndarray) -> np.ndarray:
        """(S,) -> (L, 1, T, D), the encoder's tail included."""
        return self._parts.encode(audio)

    @torch.no_grad()
    def features(self, audio: np.ndarray) -> np.ndarray:
        """(S,) -> (T, D)"""
        hidden, task = Hidden(torch.from_numpy(self.layers(audio)), None), self._graph.task
        return np.asarray(cast(Sharing, self._graph.sharing)(hidden, [task])[task][0].numpy())
