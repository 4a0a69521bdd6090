"""Splits for corpora that have none: by a hash of whoever or whatever must not be in two splits."""

from __future__ import annotations

import hashlib

__all__ = ["SPLITS", "hashed_split"]

SPLITS = {"train": "train", "dev": "dev", "devel": "dev", "valid": "dev", "validation": "dev", "test": "test"}


def hashed_split(key: str, *, dev: int = 10, test: int = 10) -> str:
    """`train`, `dev` or `test`, always the same for one key (a speaker, a chapter, a room).

    Args:
        key: what must be in one split as a whole.
        dev: percent of keys.
        test: percent of keys.
    """
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 100
    return "test" if place < test else "dev" if place < test + dev else "train"
