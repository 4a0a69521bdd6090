"""Ours, as a user would call it: a `Session`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allears import Session

__all__ = ["session"]


def session(args: argparse.Namespace, tasks: Sequence[str] | None = None) -> Session | None:
    """A session on the model of the command line, or None with `--peers-only`."""
    if args.peers_only:
        return None
    from allears import Session

    return Session(model=args.model, tasks=tasks, num_threads=args.threads)
