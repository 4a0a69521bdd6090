"""A classifier of your own, from a few labelled clips, on the frozen model: learnt in seconds, kept as a head of it.

In: clips and labels. Out: `Probe`. No torch: the model is heard through onnxruntime, the classifiers are
scikit-learn's. Needs the extra `allears[probe]`.

    blocks.py features.py cache.py      what the model makes of a clip
    space.py linear.py       the classifiers
    folds.py validate.py calibrate.py   how well they do on what they have not heard
    probe.py                 all of it together
    head.py save.py          the classifier as a head of a model folder
    page.py                  pictures
"""

from allears.probe.features import Features, read_features
from allears.probe.linear import METHODS
from allears.probe.probe import AUTO, Probe, fit_probe, probe_features
from allears.probe.validate import Validation

__all__ = ["AUTO", "METHODS", "Features", "Probe", "Validation", "fit_probe", "probe_features", "read_features"]
