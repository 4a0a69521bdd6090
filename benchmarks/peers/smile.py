"""openSMILE's eGeMAPSv02 functionals and a linear SVM: the usual baseline for what a voice is like.

Eyben et al. 2016 (88 features of a clip). openSMILE is under audEERING's research licence: it is measured here, never
imported by allears. C is chosen by cross-validation over speakers.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.cache import Cache

__all__ = ["Smile"]

COSTS = (1e-3, 1e-2, 1e-1, 1.0)
NAME = "openSMILE eGeMAPSv02 + SVM"


class Smile:
    """Features are kept in `cache`."""

    name = NAME

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def fit(self, clips: Sequence[Clip], labels: Sequence[str]) -> object:
        """A classifier of those clips' features; see `predict`."""
        from sklearn.model_selection import GridSearchCV, GroupKFold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC

        speakers = [f"{clip.source}/{clip.labels.get('speaker', clip.id)}" for clip in clips]
        folds = GroupKFold(min(5, len(set(speakers))))
        model = make_pipeline(StandardScaler(), SVC(kernel="linear", class_weight="balanced"))
        search = GridSearchCV(model, {"svc__C": COSTS}, cv=folds, scoring="balanced_accuracy")
        return search.fit(self._features(clips), list(labels), groups=speakers)

    def predict(self, model: object, clips: Sequence[Clip]) -> list[str]:
        return [str(label) for label in model.predict(self._features(clips))]  # type: ignore[attr-defined]

    def _features(self, clips: Sequence[Clip]) -> np.ndarray:
        return np.array([self._cache.get(f"{clip.source}/{clip.id}", lambda c=clip: self._of(c)) for clip in clips])

    def _of(self, clip: Clip) -> list[float]:
        return [round(float(x), 6) for x in _smile().process_signal(load_clip(clip), SAMPLE_RATE).to_numpy()[0]]


@functools.cache
def _smile():
    import opensmile

    return opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
