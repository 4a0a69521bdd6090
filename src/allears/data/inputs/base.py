"""What every kind of input is: a clip becomes the row that the encoder reads, and what labels may look at beside it.

Letters: S items of a row (samples, phones).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from allears.data.augment import Augmented
from allears.data.manifest import Clip

__all__ = ["Input"]


class Input(Protocol):
    """The contract of the `data/inputs` plug-in folder. Reading changes nothing: any thread may read any clip."""

    def read(self, clip: Clip, seed: tuple[int, int, int]) -> Augmented:
        """The clip as the encoder reads it: `audio` (S,) or (S, columns).

        Args:
            clip: of the manifest.
            seed: of the run, epoch, place in the epoch: all that chance may depend on.

        Raises:
            OSError, RuntimeError, ValueError: it cannot be read.
        """
        ...

    def nothing(self) -> np.ndarray:
        """A row in which there is nothing, for a process that has no clip of a batch."""
        ...
