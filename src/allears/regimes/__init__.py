"""The regimes there are: one file each, found by looking into this folder."""

from __future__ import annotations

from allears.plugins import Registry
from allears.regimes.base import Regime, RunFacts, Turn

__all__ = ["REGIMES", "Regime", "RunFacts", "Turn"]

REGIMES: Registry[Regime] = Registry("regime", __name__, entry_points="allears.regimes")
