"""A small network that says which state a frame is, and how surprising that is: the network half of the hybrid.

In: frames (M, D). Out: scaled log-likelihoods (M, C).
Source: Bourlard and Morgan 1994, "Connectionist Speech Recognition": by Bayes' rule p(o | s) is p(s | o) / p(s) but for
p(o), which is the same for all states, so that

    ln b_t(s) = ln p(s | o_t) - ln p(s)

p(s): share of the state among the frames the network learned from. Ours differs: a tenth of the average state's frames
is added to each, so that a state is not favoured for having been heard seldom. Heard with numpy alone; scikit-learn
learns.

Letters: M frames, D features, H hidden units, C states.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["Network"]

log = logging.getLogger(__name__)

_BATCH = 128
_MORE = 0.1  # of the average number of frames a state, to each


@dataclass(frozen=True, eq=False)
class Network:
    """Two layers with rectified units between.

    Attributes:
        mean, scale: (D,) of the input.
        hidden: (D, H), hidden_bias: (H,).
        out: (H, C), out_bias: (C,).
        log_prior: (C,).
    """

    mean: np.ndarray
    scale: np.ndarray
    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray
    log_prior: np.ndarray

    def log_likelihood(self, frames: np.ndarray) -> np.ndarray:
        """ln p(s | o) - ln p(s) of frames (M, D), (M, C)."""
        x = (frames - self.mean) / self.scale
        logits = np.maximum(x @ self.hidden + self.hidden_bias, 0.0) @ self.out + self.out_bias
        shifted = logits - logits.max(axis=1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - self.log_prior)

    @classmethod
    def train(
        cls, frames: np.ndarray, states: np.ndarray, num_states: int, *, num_hidden: int, num_epochs: int, seed: int
    ) -> Network:
        """Learn from frames (M, D) and the state of each (M,), in `num_epochs` passes. Needs scikit-learn."""
        from sklearn.neural_network import MLPClassifier

        mean, scale = frames.mean(axis=0), frames.std(axis=0) + 1e-3
        x = ((frames - mean) / scale).astype(np.float32)
        learner = MLPClassifier((num_hidden,), batch_size=min(_BATCH, len(x)), random_state=seed)
        classes = np.arange(num_states)
        for _ in range(num_epochs):
            learner.partial_fit(x, states, classes=classes)
        log.info("network: %d passes over %d frames, loss %.3f", num_epochs, len(x), learner.loss_)
        counts = np.bincount(states, minlength=num_states) + _MORE * len(states) / num_states
        kind = np.float32
        (hidden, out), (hidden_bias, out_bias) = learner.coefs_, learner.intercepts_
        return cls(
            mean.astype(kind), scale.astype(kind), hidden.astype(kind), hidden_bias.astype(kind), out.astype(kind),
            out_bias.astype(kind), np.log(counts / counts.sum()).astype(kind),
        )  # fmt: skip

    def to_arrays(self) -> Mapping[str, np.ndarray]:
        """Name -> array."""
        return dict(vars(self))
