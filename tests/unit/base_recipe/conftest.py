"""Makes the modules beside the recipe importable, as they are when one of its scripts runs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "recipes" / "base"))
