"""The folder that `allears say` reads, out of a trained acoustic model, a vocoder and the dictionaries.

    python recipes/voice/pack.py runs/voice runs/vocoder voice-model

$ALLEARS_WORK/taught holds the dictionaries (`describe.py`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from allears.export.speaking import pack_voice


def main(run: str, vocoder_run: str, out: str) -> None:
    lexicons = sorted((Path(os.environ["ALLEARS_WORK"]) / "taught").glob("lexicon-*.txt.xz"))
    spec = pack_voice(run, vocoder_run, lexicons, Path(out))
    sizes = {path.name: path.stat().st_size for path in sorted(Path(out).iterdir())}
    print(f"{spec.name}: {len(spec.voices)} voices, {', '.join(spec.dialects)}")
    print("\n".join(f"{size / 1e6:6.2f} MB  {name}" for name, size in sizes.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
