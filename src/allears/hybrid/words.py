"""GMM-HMM: one hidden Markov model a word, for words said alone. The baseline that everything else is measured against.

In: MFCC of a clip. Out: the log-likelihood of each word. Trained by hmmlearn (Baum-Welch; `train_words.py`), heard with
numpy: the forward algorithm (Rabiner 1989, section III.A) over all words at once,

    a_t(s) = b_t(s) + logsum( a_{t-1}(s) + stay(s), a_{t-1}(s - 1) + move(s - 1) )
    b_t(s) = logsum over m of ln w_m N(o_t; mean_m, variance_m)

and the likelihood of the clip is the sum over all states of the last frame.

Letters: M frames, W words, N states a word, K bell curves a state, D features.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.decode.answers import Choice
from allears.hybrid import store
from allears.hybrid.mfcc import mfcc

__all__ = ["WORDS", "WordModel"]

WORDS = "words"  # the kind in a model's description


@dataclass(frozen=True, eq=False)
class WordModel:
    """See the module.

    Attributes:
        words: names.
        stay, move: (W, N) log-probabilities.
        weights: (W, N, K).
        means, variances: (W, N, K, D).
    """

    words: tuple[str, ...]
    stay: np.ndarray
    move: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    variances: np.ndarray

    def log_likelihoods(self, frames: np.ndarray) -> np.ndarray:
        """MFCC (M, D) -> ln p of the clip by each word (W,)."""
        emitted = self._emitted(frames)
        ways = np.full(self.stay.shape, -np.inf)
        ways[:, 0] = emitted[0, :, 0]
        for row in emitted[1:]:
            came = np.full_like(ways, -np.inf)
            came[:, 1:] = ways[:, :-1] + self.move[:, :-1]
            ways = np.logaddexp(ways + self.stay, came) + row
        return np.asarray(np.logaddexp.reduce(ways, axis=1))

    def classify(self, audio: np.ndarray) -> Choice:
        """Which word the samples (S,) are. Probabilities are of the words that there are, each as likely before."""
        scores = self.log_likelihoods(mfcc(audio))
        shares = np.exp(scores - np.logaddexp.reduce(scores))
        best = int(scores.argmax())
        return Choice(self.words[best], float(shares[best]), dict(zip(self.words, shares.tolist(), strict=True)))

    def _emitted(self, frames: np.ndarray) -> np.ndarray:
        """b_t, (M, W, N)."""
        num_words, num_states, num_bells, dim = self.means.shape
        means, variances = self.means.reshape(-1, dim), self.variances.reshape(-1, dim)
        precision = 1.0 / variances
        far = np.square(frames) @ precision.T - 2 * frames @ (means * precision).T
        constant = (np.square(means) * precision + np.log(2 * np.pi * variances)).sum(axis=1)
        each = (-0.5 * (far + constant)).reshape(len(frames), num_words, num_states, num_bells)
        with np.errstate(divide="ignore"):  # a bell curve that nothing fell to weighs 0
            return np.asarray(np.logaddexp.reduce(each + np.log(self.weights), axis=3))

    def save(self, folder: str | Path) -> Path:
        """Write it into a folder."""
        names = ("stay", "move", "weights", "means", "variances")
        about = {"kind": WORDS, "words": self.words}
        return store.write(folder, about, {name: getattr(self, name) for name in names})

    @classmethod
    def load(cls, folder: str | Path) -> WordModel:
        """Read it.

        Raises:
            ValueError: there is none, or another kind of model.
        """
        about, arrays = store.read(folder)
        if about["kind"] != WORDS:
            raise ValueError(
                f"{folder} holds a model of kind {about['kind']!r}, one of {WORDS!r} is needed: train with "
                f"`allears hybrid train --kind {WORDS}`"
            )
        return cls(tuple(about["words"]), **arrays)
