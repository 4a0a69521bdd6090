"""Export without the chatter of the exporter and the quantiser: what they advise is decided here already."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator

__all__ = ["quiet"]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No Python warnings, and no log records below ERROR, inside; everything is as before afterwards."""
    before = logging.root.manager.disable
    own = logging.NullHandler()  # onnxruntime logs through the root logger, which would set itself up for stderr
    logging.root.addHandler(own)
    logging.disable(max(before, logging.WARNING))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
        logging.root.removeHandler(own)
