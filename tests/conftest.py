"""Fixed seeds for every test: the same numbers in the same order, whichever tests run."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def fixed_seeds() -> None:
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:  # a test that does not need torch must not wait for it
        sys.modules["torch"].manual_seed(0)
