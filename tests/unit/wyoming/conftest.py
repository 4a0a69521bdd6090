"""The library of the protocol is imported once, apart from the tests: before Python 3.13 it uses a module that is gone
from then on, which is a warning, and a warning fails a test."""

from __future__ import annotations

import contextlib
import warnings

with warnings.catch_warnings(), contextlib.suppress(ImportError):
    warnings.simplefilter("ignore", DeprecationWarning)
    import wyoming.audio  # noqa: F401
