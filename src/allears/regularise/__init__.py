"""The regularisers there are: one file each, found by looking into this folder."""

from __future__ import annotations

from allears.plugins import Registry
from allears.regularise.base import Regulariser, Terms

__all__ = ["REGULARISERS", "Regulariser", "Terms"]

REGULARISERS: Registry[Regulariser] = Registry("regulariser", __name__, entry_points="allears.regularise")
