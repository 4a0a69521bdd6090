"""What a model takes: bytes on disk, and the memory of a fresh process that hears a clip with it.

In: a model folder. Out: numbers; memory is None where the system does not say (it is read from `/proc`: Linux).
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["peak_mb"]

log = logging.getLogger(__name__)

_STATUS = Path("/proc/self/status")
_LIMIT_S = 600.0
_CHILD = """
import sys
import numpy as np
from allears import Session
noise = 0.1 * np.random.default_rng(0).standard_normal(int(float(sys.argv[2]) * 16_000)).astype(np.float32)
Session(sys.argv[1], num_threads=1).hear(noise, tasks=sys.argv[3].split(","))
status = open("/proc/self/status").read().splitlines()
print(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
"""


def peak_mb(model: Path, tasks: Sequence[str], *, seconds: float = 10.0) -> float | None:
    """Peak resident memory, million bytes, of a process that loads the model and hears so many seconds of noise."""
    if not _STATUS.exists() or not tasks:
        return None
    source = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", _CHILD, str(model), str(seconds), ",".join(tasks)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_LIMIT_S, env=os.environ | {"PYTHONPATH": source}
    )
    if done.returncode != 0:
        log.warning("memory of %s was not measured: %s", model, done.stderr.strip().splitlines()[-1:])
        return None
    return round(int(done.stdout.split()[-1]) * 1024 / 1e6, 1)
