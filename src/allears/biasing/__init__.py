"""Words that are likelier than usual: hotwords of a user, and packs of a domain (phrases and an n-gram).

In: a transcript with what the decoder thought of it, hotwords, packs. Out: the transcript, with such words in place of
those they were taken for. No torch. Guide: `docs/domains.md`.
"""

from allears.biasing.bias import Bias
from allears.biasing.biasing import Biasing
from allears.biasing.build import build_pack
from allears.biasing.detect import Detector
from allears.biasing.hotwords import Hotwords
from allears.biasing.ngram import NGram
from allears.biasing.pack import Pack, shipped

__all__ = ["Bias", "Biasing", "Detector", "Hotwords", "NGram", "Pack", "build_pack", "shipped"]
