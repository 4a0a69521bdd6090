"""The encoders there are: one file each, found by looking into this folder.

A builder is called with the options of the recipe and returns an `Encoder` that is an `nn.Module`.
"""

from __future__ import annotations

from allears.encoders.base import Encoder, Hidden
from allears.plugins import Registry

__all__ = ["ENCODERS", "Encoder", "Hidden"]

ENCODERS: Registry[Encoder] = Registry("encoder", __name__, entry_points="allears.encoders")
