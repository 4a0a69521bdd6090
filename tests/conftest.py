"""Fixed seeds for every test: the same numbers in the same order, whichever tests run."""

from __future__ import annotations

import os
import random
import sys

# before torch is there: the networks of tests are so small that threads cost more than they give, ten times where the
# machine does other things, too
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def fixed_seeds() -> None:
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:  # a test that does not need torch must not wait for it
        sys.modules["torch"].manual_seed(0)
