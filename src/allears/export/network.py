"""One network as a file of the model folder: in fp32, or through it in int8.

In: what writes the network in fp32, a path. Out: the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from allears.export.quantize import quantize

__all__ = ["LARGE_HEAD", "write_network"]

LARGE_HEAD = 8_000_000  # bytes in fp32 from which on a head (with its part of the sharing), too, is worth int8


def write_network(write: Callable[[Path], None], path: Path, is_int8: bool = True, *, at_least: int = 0) -> None:
    """Write a network.

    Args:
        write: writes it in fp32 to the path it is given.
        path: where it shall be.
        is_int8: whether weights are rounded to 8 bit.
        at_least: a file of fewer bytes stays in fp32: it would save little and cost accuracy.
    """
    if not is_int8:
        write(path)
        return
    plain = path.with_suffix(".fp32")
    write(plain)
    if plain.stat().st_size < at_least:
        plain.replace(path)
        return
    quantize(plain, path)
    plain.unlink()
