"""One bell curve a state: what says which frame is whose before there is a network.

In: frames with the state each belongs to. Out: log-likelihood of frames by each state. With Viterbi between, this is
segmental k-means training (Rabiner, Wilpon and Juang 1986): a state's mean and variance are those of its frames.
Ours differs: five frames of average sound are added to each state, so that one that has few frames, or none, is not
surer than it can be.

Letters: M frames, D features, C states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Gaussians"]

_AVERAGE_FRAMES = 5.0
_LEAST_VARIANCE = 0.05  # of features whose variance over a clip is 1


@dataclass(frozen=True, eq=False)
class Gaussians:
    """Means and variances (C, D)."""

    means: np.ndarray
    variances: np.ndarray

    @classmethod
    def fit(cls, frames: np.ndarray, states: np.ndarray, num_states: int) -> Gaussians:
        """Of frames (M, D) and the state of each (M,)."""
        counts = np.bincount(states, minlength=num_states)[:, None] + _AVERAGE_FRAMES
        mean, square = frames.mean(axis=0), np.square(frames).mean(axis=0)
        sums, squares = (
            np.tile(_AVERAGE_FRAMES * mean, (num_states, 1)),
            np.tile(_AVERAGE_FRAMES * square, (num_states, 1)),
        )
        order = np.argsort(states, kind="stable")
        found, firsts = np.unique(states[order], return_index=True)
        sums[found] += np.add.reduceat(frames[order].astype(np.float64), firsts)
        squares[found] += np.add.reduceat(np.square(frames[order], dtype=np.float64), firsts)
        means = sums / counts
        return cls(means, np.maximum(squares / counts - np.square(means), _LEAST_VARIANCE))

    def log_likelihood(self, frames: np.ndarray) -> np.ndarray:
        """ln p(frame | state), (M, D) -> (M, C)."""
        precision = 1.0 / self.variances
        far = np.square(frames) @ precision.T - 2 * frames @ (self.means * precision).T
        constant = (np.square(self.means) * precision + np.log(2 * np.pi * self.variances)).sum(axis=1)
        return np.asarray(-0.5 * (far + constant))
