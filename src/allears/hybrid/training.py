"""Training a DNN-HMM from nothing but sound and its text: who is when is found on the way.

In: utterances (frames and words) and a lexicon. Out: `PhoneModel`.
1. Flat start: each utterance is cut into equal parts, one a state (HTK Book, Young et al. 2006, section 3.2.1).
2. Several rounds of Viterbi training: bell curves of the states' frames, and the states' frames by those bell curves.
3. A network learns the states that came out, the utterances are aligned by its scaled likelihoods, and it learns anew.
All utterances are in memory: ten hours of MFCC with context take about 6 GB, an hour of encoder frames 0.8 GB.

Letters: M frames, C states.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.hybrid.chain import frames_needed, walk
from allears.hybrid.features import Kind
from allears.hybrid.gaussians import Gaussians
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.network import Network
from allears.hybrid.phones import PhoneModel
from allears.hybrid.topology import STATES, Laid, lay_out

__all__ = ["PhoneOptions", "Utterance", "train_phones"]

log = logging.getLogger(__name__)

_FIRST_STAY = np.log(0.6)  # a state lasts 2.5 frames of 10 ms until something is known
_STAY_RANGE = (0.05, 0.97)


@dataclass(frozen=True)
class PhoneOptions:
    """How a DNN-HMM is trained.

    Attributes:
        num_rounds: of Viterbi training, before there is a network.
        num_networks: trained one after the other, each on the alignment of the one before.
        num_hidden: units of the network.
        num_epochs: passes over the frames, of each network.
        seed: of what is drawn.
    """

    num_rounds: int = 8
    num_networks: int = 2
    num_hidden: int = 256
    num_epochs: int = 6
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Utterance:
    """A clip.

    Attributes:
        low: (M, 39) MFCC.
        high: (M, D) what the network reads.
        words: plain words.
    """

    low: np.ndarray
    high: np.ndarray
    words: tuple[str, ...]


def train_phones(
    utterances: Sequence[Utterance],
    lexicon: Lexicon,
    *,
    features: Kind,
    heard_by: str = "",
    options: PhoneOptions | None = None,
) -> PhoneModel:
    """Train. Clips that are too short for their words, and words without a pronunciation, are counted and said.

    Raises:
        ValueError: nothing to learn from.
    """
    chosen = options or PhoneOptions()
    own = lexicon.of(word for one in utterances for word in one.words)
    used = sorted({phone for word in own.to_dict() for phone in own.say(word)[0]})
    if not used:
        raise ValueError("there is no word to learn from: give clips with a text in the letters of the lexicon")
    index = {phone: number for number, phone in enumerate(used)}
    stay = np.full(STATES * len(index) + 1, _FIRST_STAY)
    kept, chains = _laid_out(utterances, own, index, stay)
    low = np.concatenate([one.low for one in kept])
    states = np.concatenate(
        [laid.chain.columns[_flat(laid, len(one.low))] for one, laid in zip(kept, chains, strict=True)]
    )
    for number in range(chosen.num_rounds):
        bells = Gaussians.fit(low, states, len(stay))
        states, total = _align([bells.log_likelihood(one.low) for one in kept], chains)
        log.info("round %d of %d: %.3f nats a frame", number + 1, chosen.num_rounds, total / len(states))
    high = np.concatenate([one.high for one in kept])
    for number in range(chosen.num_networks):
        network = Network.train(
            high, states, len(stay), num_hidden=chosen.num_hidden, num_epochs=chosen.num_epochs, seed=chosen.seed
        )
        stay = _staying(states, len(stay))
        chains = [lay_out(_said(own, one.words), index, stay) for one in kept]
        if number + 1 < chosen.num_networks:
            states, total = _align([network.log_likelihood(one.high) for one in kept], chains)
    return PhoneModel(tuple(index), stay, network, features, heard_by, own)


def _said(lexicon: Lexicon, words: Sequence[str]) -> list[tuple[str, ...]]:
    return [lexicon.say(word)[0] for word in words]


def _laid_out(
    utterances: Sequence[Utterance], lexicon: Lexicon, index: dict[str, int], stay: np.ndarray
) -> tuple[list[Utterance], list[Laid]]:
    """The utterances that can be learned from, and their states."""
    spoken = [one for one in utterances if one.words and all(word in lexicon for word in one.words)]
    chains = [lay_out(_said(lexicon, one.words), index, stay) for one in spoken]
    pairs = [(one, laid) for one, laid in zip(spoken, chains, strict=True) if frames_needed(laid.chain) <= len(one.low)]
    if len(pairs) < len(utterances):
        log.warning(
            "%d of %d clips are left out: %d have no words or one without a pronunciation, %d are too short for their "
            "words", len(utterances) - len(pairs), len(utterances), len(utterances) - len(spoken),
            len(spoken) - len(pairs),
        )  # fmt: skip
    if not pairs:
        raise ValueError("no clip is left to learn from: give clips with a text, and a lexicon that has its words")
    return [one for one, _ in pairs], [laid for _, laid in pairs]


def _flat(laid: Laid, num_frames: int) -> np.ndarray:
    """The state of each frame if all last as long, with a pause at both ends where there is room."""
    inner = np.flatnonzero(~laid.chain.is_optional)
    states = np.concatenate([[0], inner, [len(laid.words) - 1]]) if num_frames >= len(inner) + 2 else inner
    return np.asarray(states[np.arange(num_frames) * len(states) // num_frames])


def _align(scores: Sequence[np.ndarray], chains: Sequence[Laid]) -> tuple[np.ndarray, float]:
    """The columns of all frames, one utterance after the other, and what they score."""
    ways = [walk(some, laid.chain) for some, laid in zip(scores, chains, strict=True)]
    columns = [laid.chain.columns[path] for (path, _), laid in zip(ways, chains, strict=True)]
    return np.concatenate(columns), sum(total for _, total in ways)


def _staying(states: np.ndarray, num_states: int) -> np.ndarray:
    """ln p(another frame in a state), of the states of all frames: who stays for n frames does so n - 1 times."""
    frames = np.bincount(states, minlength=num_states)
    begun = np.bincount(states[np.flatnonzero(np.diff(states, prepend=-1))], minlength=num_states)
    share = (frames - begun + 1) / (frames + 2)
    return np.log(np.clip(share, *_STAY_RANGE))
