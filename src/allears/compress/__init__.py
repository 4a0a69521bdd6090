"""Make a model smaller and keep what it does: one file a method in `methods/`, and what plans and measures them.

A method takes a model folder and writes another. Each of its units (a layer, a head) can be left as it is, which is how
a part that a task cannot do without stays out. See docs/compress.md.
"""

from __future__ import annotations

from allears.compress.base import Method
from allears.plugins import Registry

__all__ = ["METHODS", "Method"]

METHODS: Registry[Method] = Registry("compression method", "allears.compress.methods", "allears.compress")
