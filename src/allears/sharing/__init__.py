"""The ways to share there are: one file each, found by looking into this folder."""

from __future__ import annotations

from allears.plugins import Registry
from allears.sharing.base import Sharing

__all__ = ["SHARINGS", "Sharing"]

SHARINGS: Registry[Sharing] = Registry("sharing", __name__, entry_points="allears.sharing")
