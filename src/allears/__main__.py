"""`python -m allears`, which is what `torchrun -m allears` starts: the same as the command `allears`."""

from __future__ import annotations

import sys

from allears.cli.app import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
