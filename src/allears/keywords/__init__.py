"""Wake words and keywords: found by how they are spelt, by a few recordings of them, or by both. No torch.

In: encoder layers and, for spelling, the output of a `ctc` head. Out: `KeywordHit`: which keyword, when, how sure.

from allears.keywords import Keywords
"""

from __future__ import annotations

from allears.keywords.background import Tail
from allears.keywords.enrol import keyword_of
from allears.keywords.hits import KeywordHit
from allears.keywords.keyword import Keyword
from allears.keywords.listen import KeywordListener, find_in
from allears.keywords.spotter import Keywords
from allears.keywords.store import KeywordStore, keywords_folder

__all__ = [
    "Keyword",
    "KeywordHit",
    "KeywordListener",
    "KeywordStore",
    "Keywords",
    "Tail",
    "find_in",
    "keyword_of",
    "keywords_folder",
]
