"""Archives: very many recordings heard by several processes, on one machine or on a cluster, each exactly once.

In: a manifest or files, a folder for what was heard. Out: a file a clip, an index, and the clips that could not be
heard with why. A run that was killed goes on where it was. Nothing here imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allears.lazy import lazy

if TYPE_CHECKING:
    from allears.archive.hearer import SessionOptions
    from allears.archive.items import Item, items_of_files, items_of_manifest
    from allears.archive.run import hear_archive
    from allears.archive.summary import Summary

__all__ = ["Item", "SessionOptions", "Summary", "hear_archive", "items_of_files", "items_of_manifest"]

__getattr__ = lazy(
    __name__,
    {
        "Item": "items",
        "SessionOptions": "hearer",
        "Summary": "summary",
        "hear_archive": "run",
        "items_of_files": "items",
        "items_of_manifest": "items",
    },
)
