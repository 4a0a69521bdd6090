"""The classical road beside the networks: hidden Markov models of words and phones, and text aligned with sound.

In: audio, a lexicon, a folder that `train_words` or `train_phones` made; or the shipped model's `ctc` head. Out: the
word that was said, the words of a small vocabulary, and when each word and phone of a known text was said. Numpy and
onnxruntime hear; the extra `allears[hybrid]` (hmmlearn, scikit-learn) is needed to train alone.
"""

from __future__ import annotations

from allears.hybrid.bigram import Bigram
from allears.hybrid.letters import align_letters
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.phones import PhoneModel
from allears.hybrid.words import WordModel

__all__ = ["Bigram", "Lexicon", "PhoneModel", "WordModel", "align_letters"]
