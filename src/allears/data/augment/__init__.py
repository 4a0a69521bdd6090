"""Make clips harder on the fly: speed, pauses, rooms, noise, telephone lines, level. Numpy alone, one effect a file.

`spec_augment` (masks on log-mel tensors) lives in `allears.data.augment.spec` and is for training only: it needs
torch.
"""

from __future__ import annotations

from allears.data.augment.augmenter import Augmented, Augmenter, AugmentPlan

__all__ = ["AugmentPlan", "Augmented", "Augmenter"]
