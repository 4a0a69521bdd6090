"""ATIS: questions about flights, as text, with intents and slots. No audio: it is written to sentences.jsonl.

The copy that papers use (Goo et al. 2018), 26 intents; several intents of one sentence are joined by `#`.
Hemphill et al. 1990.
"""

from __future__ import annotations

from allears.data.recipes import CORPORA, Corpus
from allears.data.recipes._intent_text import LAYOUT, read_intent_text

__all__ = ["atis"]


@CORPORA.register
def atis() -> Corpus:
    """ATIS: flight questions, text only, English."""
    return Corpus(
        title="ATIS",
        licence="LDC user agreement",
        url="https://github.com/MiuLab/SlotGated-SLU (text), https://catalog.ldc.upenn.edu/LDC94S19 (the corpus)",
        layout=LAYOUT,
        labels=("text", "language", "intent", "slots"),
        split="official",
        read=lambda folder: read_intent_text(folder, "atis"),
    )
