"""When each word and phone of a known text was said, by a DNN-HMM.

In: audio and its text. Out: a `Result` with word times and a timeline `phones`. Frames are 10 ms, so that is what a
boundary is right to at best. A word is said by its first pronunciation. One that cannot be said (no pronunciation, or a
phone that the training never heard) is a gap: it gets what the words beside it leave, the probability 0 and a warning.

Letters: M frames of 10 ms, S states.
"""

from __future__ import annotations

import logging
import time

import numpy as np

from allears.audio import SAMPLE_RATE, AudioSource, open_audio
from allears.decode.answers import LabelledSpan
from allears.hybrid.aligned import read_text, result_of
from allears.hybrid.chain import walk
from allears.hybrid.features import Listen
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.mfcc import FRAME_S
from allears.hybrid.phones import PhoneModel
from allears.hybrid.topology import Laid
from allears.runtime.result import Result

__all__ = ["align_phones"]

log = logging.getLogger(__name__)

TIER = "phones"


def align_phones(
    source: AudioSource, text: str, model: PhoneModel, listen: Listen, *, lexicon: Lexicon | None = None
) -> Result:
    """Align a text with its audio.

    Args:
        source: path, file or array (S,) at 16 kHz.
        text: what is said, all of it; a line becomes a segment.
        model: scores the states.
        listen: hears for it (`features.listener`).
        lexicon: in place of the one the model was trained with.

    Raises:
        AudioError: the audio cannot be heard.
        ValueError: no word in the text, more of it than fits into the audio, or another encoder's features.
    """
    begun = time.perf_counter()
    written = read_text(text)
    with open_audio(source) as stream:
        audio, name = stream.read_all(), stream.name
    plain = [word for one in written for word in one.plain]
    laid, unsaid = model.lay_out(plain, (lexicon or model.lexicon).of(plain))
    if unsaid:
        log.warning("%d of %d words cannot be said and get what the words beside them leave: %s", len(unsaid),
                    len(plain), model.unsayable(unsaid))  # fmt: skip
    scores = model.scores(listen(audio)[1])
    path, _ = walk(scores, laid.chain)
    posteriors = scores[:, :-1] + model.network.log_prior
    sure = np.append(posteriors, np.full((len(scores), 1), -np.inf), axis=1)[
        np.arange(len(scores)), laid.chain.columns[path]
    ]
    owners = np.repeat(np.arange(len(written)), [len(one.plain) for one in written])
    of_frame = np.append(owners, -1)[laid.words[path]]  # -1 in a pause
    spans = [_span(of_frame == number, sure) for number in range(len(written))]
    phones = _phones(laid, path, sure)
    return result_of(
        name, len(audio) / SAMPLE_RATE, written, spans, phones, tier=TIER, model=model.heard_by or model.features,
        seconds=time.perf_counter() - begun,
    )  # fmt: skip


def _phones(laid: Laid, path: np.ndarray, sure: np.ndarray) -> list[LabelledSpan]:
    """The phones with their times, in order."""
    of_frame = laid.phones[path]
    return [LabelledSpan(name, *_span(of_frame == number, sure)) for number, name in enumerate(laid.names)]


def _span(is_own: np.ndarray, sure: np.ndarray) -> tuple[float, float, float]:
    """(start, end, probability) of the frames that are true."""
    frames = np.flatnonzero(is_own)
    probability = float(np.exp(sure[frames].mean()))
    return round(float(frames[0]) * FRAME_S, 3), round(float(frames[-1] + 1) * FRAME_S, 3), probability
