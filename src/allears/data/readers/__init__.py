"""Ways in which corpora lie on disk: one file each, found by looking into this folder. None of them needs torch.

A reader yields every row it finds, the broken ones too, with where they stand: training stops at the first broken one,
`allears data check` lists all.
"""

from __future__ import annotations

from allears.data.readers.base import BadRow, GoodRow, Reader, Row
from allears.plugins import Registry

__all__ = ["READERS", "BadRow", "GoodRow", "Reader", "Row"]

READERS: Registry[Reader] = Registry("reader", __name__, entry_points="allears.readers")
