"""Which allears this is, as it was installed; `allears.__version__` reads it when it is first asked for."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("allears")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+unknown"
