"""Whether a sentence is anything a set of labels knows: how much its intents say together, and a head that learned it.

In: logits of the set's intents (C,) and of `out` and `in` (2,). Out: a score; the higher, the more at home.

    score = log sum_c exp(intent_c) + WEIGHT * (logit_in - logit_out)

The first term is the negative free energy of Liu et al. 2020, "Energy-based Out-of-distribution Detection" (T = 1).
Ours differs: the log-odds of a head that was shown a few sentences out of scope are added. On CLINC150's dev sentences
(seed 0) the area under the ROC curve is 0.822 of that head alone, 0.948 of the likeliest intent's probability, 0.966 of
the energy, and 0.972 of the sum.
"""

from __future__ import annotations

import numpy as np

__all__ = ["scope_score"]

WEIGHT = 0.3  # the only one tried
_OUT, _IN = 0, 1


def scope_score(intents: np.ndarray, scope: np.ndarray) -> float:
    """See the module. `intents`: (C,) logits; `scope`: (2,) logits of `out` and `in`."""
    highest = float(intents.max())
    energy = highest + float(np.log(np.exp(intents - highest).sum()))
    return energy + WEIGHT * float(scope[_IN] - scope[_OUT])
