"""What was said, by a trained hybrid: the words of a small vocabulary, or the one word of a clip.

In: audio and a model folder. Out: a `Result`: with a transcript whose words have times (`phones`), or with a choice
(`words`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from allears.audio import SAMPLE_RATE, AudioSource, open_audio
from allears.decode.answers import Segment, Transcript
from allears.hybrid.bigram import Bigram
from allears.hybrid.features import Listen
from allears.hybrid.lexicon import Lexicon, named
from allears.hybrid.phones import PhoneModel
from allears.hybrid.search import SearchOptions, Vocabulary, search
from allears.hybrid.words import WordModel
from allears.runtime.result import Result

__all__ = ["KEYWORD", "Recogniser", "phone_recogniser", "word_recogniser"]

log = logging.getLogger(__name__)

KEYWORD = "keyword"  # the answer that a word model gives

Recogniser = Callable[[AudioSource], Result]


def word_recogniser(folder: str | Path) -> Recogniser:
    """Tells the one word of a clip, by a GMM-HMM of each."""
    model = WordModel.load(folder)

    def hear(source: AudioSource) -> Result:
        begun = time.perf_counter()
        with open_audio(source) as stream:
            audio, name = stream.read_all(), stream.name
        answers = {KEYWORD: model.classify(audio)}
        seconds = {"total": time.perf_counter() - begun}
        return Result(name, len(audio) / SAMPLE_RATE, answers, compute_s=seconds, model=str(folder))

    return hear


def phone_recogniser(
    model: PhoneModel,
    listen: Listen,
    *,
    words: Sequence[str] | None = None,
    bigram: Bigram | None = None,
    lexicon: Lexicon | None = None,
    is_single: bool = False,
    options: SearchOptions | None = None,
) -> Recogniser:
    """Tells the words of a clip, by phone HMMs.

    Args:
        model: scores the states.
        listen: hears for it.
        words: the vocabulary; those of the bigram, else those the model was trained on, if None.
        bigram: which word follows which; any, if None.
        lexicon: pronunciations, in place of those the model was trained with.
        is_single: a clip has one word; a bigram is not used then.
        options: what words cost.

    Raises:
        ValueError: no word of the vocabulary can be said.
    """
    entries = lexicon or model.lexicon
    listed = words or (bigram.words if bigram is not None else None) or tuple(model.lexicon.to_dict())
    chosen = Bigram.one_word(len(listed)) if is_single else bigram or Bigram.loop(len(listed))
    vocabulary = Vocabulary(listed, model, entries.of(listed), chosen, options)
    if vocabulary.unsayable:
        log.warning("%d of %d words cannot be recognised, they have phones that the training never heard: %s",
                    len(vocabulary.unsayable), len(listed), named(vocabulary.unsayable))  # fmt: skip

    def hear(source: AudioSource) -> Result:
        begun = time.perf_counter()
        with open_audio(source) as stream:
            audio, name = stream.read_all(), stream.name
        said, _ = search(model.scores(listen(audio)[1]), vocabulary)
        text = " ".join(word.text for word in said)
        segments = (Segment(said[0].start_s, said[-1].end_s, text, said),) if said else ()
        seconds = {"total": time.perf_counter() - begun}
        answers = {"transcribe": Transcript(segments, None)}
        return Result(name, len(audio) / SAMPLE_RATE, answers, compute_s=seconds, model=model.heard_by or "mfcc")

    return hear
