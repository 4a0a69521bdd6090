"""Train a vocoder from the command line: `python -m allears.vocoder MANIFEST OUT --steps 20000`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from allears.data.manifest import read_manifest
from allears.train.device import choose_device
from allears.vocoder.data import StretchFeed
from allears.vocoder.train import VocoderPlan, train_vocoder
from allears.voice_frames import FRAME_S

_STRETCH_FRAMES = 64


def main(arguments: list[str] | None = None) -> int:
    """Train, or go on; progress goes to stderr."""
    given = _parser().parse_args(arguments)
    shortest_s = (_STRETCH_FRAMES + 1) * FRAME_S
    clips = [clip for clip in read_manifest(given.manifest) if clip.split != "dev"]
    long = [clip for clip in clips if clip.duration_s is None or clip.duration_s >= shortest_s]
    if len(long) < len(clips):
        print(f"left out {len(clips) - len(long)} clips under {shortest_s:.2f} s", file=sys.stderr)
    feed = StretchFeed(long, num_frames=_STRETCH_FRAMES, batch_size=given.batch, seed=given.seed)
    plan = VocoderPlan(
        num_steps=given.steps,
        lr=given.lr,
        judged_from=given.judged_from,
        width=given.width,
        depth=given.depth,
        seed=given.seed,
    )
    train_vocoder(feed, given.out, plan, choose_device(given.device), given.workers)
    return 0


def _parser() -> argparse.ArgumentParser:
    plan = VocoderPlan()
    parser = argparse.ArgumentParser(prog="python -m allears.vocoder", description=__doc__)
    parser.add_argument("manifest", type=Path, help="JSONL with `teacher`; rows of split dev are not trained on")
    parser.add_argument("out", type=Path, help="folder of the run; one that is there goes on")
    parser.add_argument("--steps", type=int, default=plan.num_steps, help="of the whole run (default %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="stretches of 0.8 s a step (default %(default)s)")
    parser.add_argument("--lr", type=float, default=plan.lr, help="peak learning rate (default %(default)s)")
    parser.add_argument("--judged-from", type=int, help="step from which discriminators take part (default: never)")
    parser.add_argument("--width", type=int, default=plan.width, help="of the network (default %(default)s)")
    parser.add_argument("--depth", type=int, default=plan.depth, help="blocks (default %(default)s)")
    parser.add_argument("--seed", type=int, default=plan.seed, help="of weights and stretches (default %(default)s)")
    parser.add_argument("--workers", type=int, default=0, help="threads that make stretches (default %(default)s)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="(default %(default)s)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
