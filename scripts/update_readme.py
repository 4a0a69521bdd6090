"""Put what `allears hear` prints for the clip that ships into the README, word for word.

    python scripts/update_readme.py

In: the model that ships. Out: the first `text` block of README.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
CLIP = "src/allears/assets/demo.flac"


def main() -> int:
    """Hear the clip and write the README."""
    command = [sys.executable, "-c", "import sys; from allears.cli.app import main; sys.exit(main())", "hear", CLIP]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    path = ROOT / "README.md"
    text, count = re.subn(
        r"(?<=^```text\n).*?(?=^```)",
        lambda _: output,
        path.read_text(encoding="utf-8"),
        count=1,
        flags=re.MULTILINE | re.DOTALL,
    )
    assert count == 1, "the README has lost its block of output"
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
