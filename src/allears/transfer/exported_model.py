"""A model folder as the weights of a network that can be trained on: for who has the exported model and nothing else.

In: a folder and names of tasks. Out: the state of a `MultiTaskModel` with hard sharing, by the names that it has there.
Encoder and text decoders come through `whereabouts.py`, heads through `exported_weights.py`.

What int8 costs is in these weights already: matrices are the rounded ones, as floats. The runtime also rounds what is
multiplied with them, so that the network here and the files differ by that.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from allears.runtime.model_folder import ModelFolder
from allears.spec import Resolution
from allears.transfer.exported_weights import exported_weights, head_state
from allears.transfer.whereabouts import whereabouts

__all__ = ["exported_state"]


def exported_state(folder: ModelFolder, tasks: Iterable[str]) -> dict[str, Tensor]:
    """Name, as in a `MultiTaskModel` -> value, of the encoder and of what the named tasks have.

    Parameters that only a loss reads (prototypes of speakers) were not exported and are not there.

    Raises:
        ValueError: no such task.
        ModelError: a file is missing or damaged.
    """
    wanted = [folder.spec.task(name) for name in tasks]
    state = {name: where.value for name, where in whereabouts(folder, [task.name for task in wanted]).items()}
    for task in wanted:
        if task.resolution is not Resolution.TEXT:
            state |= head_state(task.name, exported_weights(folder.check(task.file)))
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}
