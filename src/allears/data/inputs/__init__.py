"""What an encoder is given of a clip: one file each, found by looking into this folder.

A builder is called with the options of the recipe's `data.input` and returns an `Input`.
"""

from __future__ import annotations

from allears.data.inputs.base import Input
from allears.plugins import Registry

__all__ = ["INPUTS", "Input"]

INPUTS: Registry[Input] = Registry("input", __name__, entry_points="allears.inputs")
