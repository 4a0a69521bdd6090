"""The nearest vector that hurts no task: projection of a combination of gradients onto their dual cone.

In: the Gramian G = J J^T of the task gradients J (K, P) and weights u (K,). Out: v (K,) with J^T v the projection of
J^T u onto {d : J d >= 0}. Quinton & Rey 2024, proposition 1: v = argmin v^T G v subject to v >= u.
With x = v - u >= 0 and a root A^T A = G that is a non-negative least squares, |A x + A u|^2, solved exactly by the
active sets of Lawson & Hanson (SciPy). TorchJD's own projector calls quadprog, which is under the GPL and so not used.

Letters: K tasks.
"""

from __future__ import annotations

import numpy as np

__all__ = ["project"]


def project(weights: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Weights (K,) and Gramian (K, K), float64 -> projected weights (K,), none smaller than before."""
    from scipy.optimize import nnls  # here: it takes a quarter of a second, and every look at the balancers would pay

    values, vectors = np.linalg.eigh(products)
    root = np.sqrt(values.clip(min=0))[:, None] * vectors.T
    more, _ = nnls(root, -root @ weights, maxiter=100 * len(weights))
    return np.asarray(weights + more)
