"""The Snips benchmark of seven intents, as text. No audio: it is written to sentences.jsonl (`snips-slu` has audio).

The copy that papers use (Goo et al. 2018). Coucke et al. 2018.
"""

from __future__ import annotations

from allears.data.recipes import CORPORA, Corpus
from allears.data.recipes._intent_text import LAYOUT, read_intent_text

__all__ = ["snips_text"]


@CORPORA.register
def snips_text() -> Corpus:
    """Snips: seven intents, text only, English."""
    return Corpus(
        title="Snips",
        licence="CC0-1.0",
        url="https://github.com/sonos/nlu-benchmark (source), https://github.com/MiuLab/SlotGated-SLU (this layout)",
        layout=LAYOUT,
        labels=("text", "language", "intent", "slots"),
        split="official",
        read=lambda folder: read_intent_text(folder, "snips"),
    )
