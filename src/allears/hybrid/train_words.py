"""Trains one GMM-HMM a word with hmmlearn: left to right, from a start that cuts each clip into equal parts.

In: word -> MFCC of its clips. Out: `WordModel`. The states' bell curves start as the clusters (k-means) of the parts'
frames; Baum-Welch (Rabiner 1989, section III.C) moves everything but which state may follow which: a transition that
starts at 0 stays there.

Letters: M frames, N states, K bell curves, D features.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.hybrid.words import WordModel

__all__ = ["WordOptions", "train_words"]

log = logging.getLogger(__name__)

_LEAST_VARIANCE = 0.05  # of features whose variance over a clip is 1
_FIRST_STAY = 0.6


@dataclass(frozen=True)
class WordOptions:
    """How GMM-HMMs are trained.

    Attributes:
        num_states: of each word; a clip needs as many frames of 10 ms.
        num_bells: bell curves a state.
        num_rounds: of Baum-Welch.
        seed: of the clusters.
    """

    num_states: int = 8
    num_bells: int = 2
    num_rounds: int = 10
    seed: int = 0


def train_words(clips: Mapping[str, Sequence[np.ndarray]], options: WordOptions | None = None) -> WordModel:
    """Train. Clips that are too short are counted and said.

    Raises:
        ValueError: a word without a clip that is long enough.
    """
    chosen = options or WordOptions()
    if len(clips) < 2:
        raise ValueError(f"a choice needs two words or more, got {sorted(clips)}: give clips of more words")
    trained = {word: _train(word, clips[word], chosen) for word in sorted(clips)}
    stack = {name: np.stack([one[name] for one in trained.values()]) for name in next(iter(trained.values()))}
    return WordModel(tuple(trained), **stack)


def _train(word: str, clips: Sequence[np.ndarray], options: WordOptions) -> dict[str, np.ndarray]:
    from hmmlearn.hmm import GMMHMM

    kept = [clip for clip in clips if len(clip) >= options.num_states]
    if len(kept) < len(clips):
        log.warning("%r: %d of %d clips are left out, shorter than %d frames of 10 ms", word, len(clips) - len(kept),
                    len(clips), options.num_states)  # fmt: skip
    if not kept:
        raise ValueError(
            f"no clip of {word!r} has {options.num_states} frames of 10 ms: give longer clips, or fewer states"
        )
    model = GMMHMM(
        options.num_states, options.num_bells, covariance_type="diag", min_covar=_LEAST_VARIANCE, init_params="",
        params="tmcw", n_iter=options.num_rounds, random_state=options.seed,
    )  # fmt: skip
    _start(model, kept, options)
    model.fit(np.concatenate(kept).astype(np.float64), [len(clip) for clip in kept])
    with np.errstate(divide="ignore"):
        stay, move = np.log(np.diag(model.transmat_)), np.log(np.append(np.diag(model.transmat_, 1), 0.0))
    return {
        "stay": stay, "move": move, "weights": model.weights_, "means": model.means_,
        "variances": np.maximum(model.covars_, _LEAST_VARIANCE),
    }  # fmt: skip


def _start(model: object, clips: Sequence[np.ndarray], options: WordOptions) -> None:
    """Give a GMMHMM its first numbers."""
    from sklearn.cluster import KMeans

    size, bells = options.num_states, options.num_bells
    parts = [np.array_split(clip, size) for clip in clips]
    weights, means, covars = [], [], []
    for state in range(size):
        frames = np.concatenate([part[state] for part in parts]).astype(np.float64)
        num = min(bells, len(np.unique(frames, axis=0)))
        found = KMeans(num, n_init=1, random_state=options.seed).fit(frames)
        own = [frames[found.labels_ == k] for k in range(num)]
        own += [frames] * (bells - num)
        counts = np.array([len(some) for some in own], float)
        weights.append(counts / counts.sum())
        means.append([some.mean(axis=0) for some in own])
        covars.append([np.maximum(some.var(axis=0), _LEAST_VARIANCE) for some in own])
    stay = np.append(np.full(size - 1, _FIRST_STAY), 1.0)
    model.__dict__.update(
        startprob_=np.eye(size)[0], transmat_=np.diag(stay) + np.diag(1 - stay[:-1], 1), weights_=np.array(weights),
        means_=np.array(means), covars_=np.array(covars), n_features=clips[0].shape[1],
    )  # fmt: skip
