"""Corpora as they are downloaded: one file each, found by looking into this folder. None of them needs torch to load.

A recipe knows one corpus's folders and files and yields what is in them: clips, sentences without audio, and what it
had to skip and why. `allears.data.prepare` writes that down as a manifest. Nothing is downloaded, copied or changed.
"""

from __future__ import annotations

from allears.data.recipes._base import Corpus, Item, Sentence, Skipped
from allears.plugins import Registry

__all__ = ["CORPORA", "Corpus", "Item", "Sentence", "Skipped"]

CORPORA: Registry[Corpus] = Registry("corpus", __name__, entry_points="allears.corpora")
