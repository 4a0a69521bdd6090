"""The ways to balance there are: one file each, found by looking into this folder."""

from __future__ import annotations

from allears.balance.base import Balancer, BalanceReport
from allears.plugins import Registry

__all__ = ["BALANCERS", "BalanceReport", "Balancer"]

BALANCERS: Registry[Balancer] = Registry("balancer", __name__, entry_points="allears.balance")
