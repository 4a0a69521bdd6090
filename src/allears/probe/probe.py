"""A probe: a classifier on the frozen model, learnt from a few labelled clips, that can become a head of the model.

In: clips and a label of each; or their features. Out: `Probe`: how well it does on clips it has not heard, and the
classifier learnt from all of them.

Letters: N clips, F features, C classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.data.manifest import Clip
from allears.probe.cache import FeatureCache
from allears.probe.calibrate import fit_factor
from allears.probe.features import Features, OnClip, read_features
from allears.probe.folds import check_counts
from allears.probe.linear import METHODS, check_method, fit_linear
from allears.probe.space import Linear, make_space
from allears.probe.validate import Validation, choose_strengths, validate
from allears.runtime.model_folder import ModelFolder

__all__ = ["AUTO", "Probe", "fit_probe", "probe_features"]

AUTO = "auto"  # the first method that does as well in cross-validation as the best one, but for chance


@dataclass(frozen=True)
class Probe:
    """A classifier of clips.

    Attributes:
        name: of the task it answers.
        classes: C labels.
        method: that learnt it.
        strength: of its penalty, in the method's own unit.
        shares: weight of each block of features, by name; 0 is left out.
        linear: scores of features; their softmax is the probability of each class.
        features: what it learnt from; their blocks are those of the model.
        validation: what its method made of clips it had not heard.
        validations: likewise of each method that was tried, its own among them.
        num_speakers: who spoke the clips; None if that is not known, so that a voice was on both sides.
        model: folder of the model it listens with.
    """

    name: str
    classes: tuple[str, ...]
    method: str
    strength: float
    shares: Mapping[str, float]
    linear: Linear
    features: Features
    validation: Validation
    validations: tuple[Validation, ...]
    num_speakers: int | None
    model: ModelFolder

    @property
    def accuracy(self) -> float:
        """Share of clips it gets right without having heard them (cross-validation)."""
        return self.validation.accuracy

    @property
    def confusion(self) -> np.ndarray:
        """(C, C) counts of clips it had not heard; rows are the truth."""
        return self.validation.confusion

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """(N, F) -> (N, C)."""
        scores = self.linear.scores(features)
        exp = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(exp / exp.sum(axis=1, keepdims=True))

    def save(self, out: str | Path) -> None:
        """Write a copy of the model with this head in it; the folder appears whole or not at all.

        Raises:
            ValueError: the model has a task of that name; `out` is the shipped model, or no model folder.
        """
        from allears.probe.save import save_heads

        save_heads([self], Path(out))


def fit_probe(
    clips: Sequence[str | Path | Clip],
    labels: Sequence[str],
    *,
    name: str = "label",
    speakers: Sequence[str] | None = None,
    model: str | Path | None = None,
    method: str = AUTO,
    cache: bool = True,
    num_threads: int = 2,
    on_clip: OnClip | None = None,
) -> Probe:
    """Learn to tell clips by their labels.

    Args:
        clips: audio files, or stretches of them.
        labels: of each clip.
        name: of the task.
        speakers: of each clip; none of them will then be on both sides of the cross-validation.
        model: a model folder; the one that ships if left out.
        method: ridge, logistic, svm or lasso; auto tries them all.
        cache: whether to keep the features of the clips, for the next time.
        num_threads: each network uses.
        on_clip: told the name of each clip before it is heard.

    Raises:
        AudioError: a clip cannot be heard.
        ModelError: the model cannot be loaded.
        ValueError: no such method; not as many labels as clips; a class with too few clips.
    """
    folder = ModelFolder(model)
    known = [clip if isinstance(clip, Clip) else Clip(str(clip), Path(clip)) for clip in clips]
    _check(len(known), labels, speakers, name, method)
    kept = FeatureCache(folder) if cache else None
    features = read_features(known, folder, cache=kept, num_threads=num_threads, on_clip=on_clip)
    return probe_features(features, labels, name=name, speakers=speakers, model=folder, method=method)


def probe_features(
    features: Features,
    labels: Sequence[str],
    *,
    name: str,
    speakers: Sequence[str] | None,
    model: ModelFolder,
    method: str = AUTO,
    is_compared: bool = False,
) -> Probe:
    """As `fit_probe`, of features that are there already. `is_compared`: try the other methods, too."""
    _check(len(features), labels, speakers, name, method)
    names = tuple(sorted(set(labels)))
    classes = np.array([names.index(label) for label in labels])
    voices = None if speakers is None else np.unique(list(speakers), return_inverse=True)[1]
    tried = validate(features, classes, voices, METHODS if method == AUTO or is_compared else [method])
    best = _best(tried) if method == AUTO else next(one for one in tried if one.method == method)
    strength = choose_strengths(features, classes, voices, [best.method])[best.method]
    space = make_space(features, classes)
    linear = fit_linear(best.method, space, classes, strength).scaled(fit_factor(best.scores, classes))
    num_speakers = None if speakers is None else len(set(speakers))
    return Probe(name, names, best.method, strength, space.shares, linear, features, best, tried, num_speakers, model)


def _best(tried: Sequence[Validation]) -> Validation:
    """The first whose balanced accuracy is within one standard error of the best (Breiman et al. 1984, "Classification
    and regression trees"): on few clips, a better one is often better by chance."""
    best = max(tried, key=lambda one: one.balanced_accuracy)
    error = best.accuracy_sd / np.sqrt(len(best.folds))
    return next(one for one in tried if one.balanced_accuracy >= best.balanced_accuracy - error)


def _check(count: int, labels: Sequence[str], speakers: Sequence[str] | None, name: str, method: str) -> None:
    if method != AUTO:
        check_method(method)
    for what, values in (("labels", labels), ("speakers", speakers)):
        if values is not None and len(values) != count:
            raise ValueError(f"{count} clips and {len(values)} {what} were given: give one for each clip")
    check_counts(labels, speakers, name)
