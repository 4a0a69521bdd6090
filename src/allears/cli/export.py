"""Turn a trained run into the folder the runtime loads, and show how near the files are to the network.

The table has a row a head and file: the largest and mean difference of the outputs in units of their spread, and the
share of answers that stay the same (cosine for embeddings). Needs the extra `allears[train]`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit

if TYPE_CHECKING:
    import numpy as np

    from allears.export.parity import ParityRow
    from allears.model import MultiTaskModel

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("trained", metavar="RUN", help="a run folder or a checkpoint file")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="model folder to write")
    parser.add_argument("--name", help="name of the model; default: the folder's")
    parser.add_argument("--version", dest="weights_version", default="0.1.0", help="of the weights (default: 0.1.0)")
    parser.add_argument("--notes", default="", help="what people should know: data, licence")
    parser.add_argument("--fp32", action="store_true", help="keep 32-bit weights; default: int8 matrix products")
    parser.add_argument("--parity", metavar="MANIFEST", help="compare torch, fp32 and int8 on clips of this manifest")
    parser.add_argument("--split", help="only clips of this split")
    parser.add_argument("--clips", type=int, default=10, help="clips to compare on (default: 10)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Export, compare if asked to, print."""
    from allears.export.pack import About, pack
    from allears.train.checkpoint import load_model

    if args.clips < 1:
        raise ValueError(f"--clips is {args.clips}: give the number of clips to compare on, 1 or more")
    audios = _audios(args) if args.parity else []
    model = load_model(args.trained)
    about = About(args.name or args.out.name, args.weights_version, args.notes)
    print(f"writing {args.out}", file=sys.stderr)
    spec = pack(model, args.out, about, is_int8=not args.fp32)
    rows = _parity(model, args.out, audios) if audios else []
    sizes = {path.name: path.stat().st_size for path in sorted(args.out.iterdir())}
    if args.json:
        told = {"model": spec.name, "bytes": sizes, "parity": [asdict(row) for row in rows]}
        print(json.dumps(told, indent=2))
    else:
        print(_table(sizes, rows))
    return _exit.OK


def _audios(args: argparse.Namespace) -> list[np.ndarray]:
    """Clips (S,) to compare on, spread over the manifest."""
    from allears.audio import load_clip
    from allears.data.manifest import read_manifest

    clips = [c for c in read_manifest(args.parity) if args.split in (None, c.split)]
    if not clips:
        raise ValueError(f"{args.parity} has no clip of split {args.split!r} to compare on: leave --split out")
    return [load_clip(clip) for clip in clips[:: max(1, len(clips) // args.clips)][: args.clips]]


def _parity(model: MultiTaskModel, out: Path, audios: list[np.ndarray]) -> list[ParityRow]:
    from allears.export.pack import About, pack
    from allears.export.parity import compare

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "fp32"
        print("comparing with 32-bit weights", file=sys.stderr)
        pack(model, plain, About("fp32", "0"), is_int8=False)
        return compare(model, audios, [plain, out])


def _table(sizes: dict[str, int], rows: list[ParityRow]) -> str:
    lines = [f"{name:<20} {size / 1e6:7.2f} MB" for name, size in sizes.items()]
    lines.append(f"{'total':<20} {sum(sizes.values()) / 1e6:7.2f} MB")
    if rows:
        lines += ["", f"{'part':<12} {'file':<16} {'worst':>8} {'mean':>8} {'same':>7}"]
    for row in rows:
        same = "" if row.same is None else f"{row.same:7.3f}"
        lines.append(f"{row.part:<12} {row.file:<16} {row.worst:8.4f} {row.mean:8.4f} {same:>7}")
    return "\n".join(lines)
