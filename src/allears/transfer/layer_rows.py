"""What two encoders make of the same moments, side by side: rows to compare their layers by.

In: two encoders and clips. Out: minibatches for `cka.py`. No torch.

A row is the mean of a layer's frames over `ROW_S` seconds of a clip. Frames of two encoders need not be equally long,
and neighbouring frames say nearly the same; means over the same stretch of time can be compared, and fewer rows stand
for more sound. The silence that an encoder puts behind a clip is left out, and so is what does not fill a row.

Letters: S samples, L layers, T frames, D width, N rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.transfer.cka import MIN_ROWS, Batch
from allears.transfer.stages import Layers

__all__ = ["ROW_S", "fills_a_row", "paired_rows", "pool_frames"]

log = logging.getLogger(__name__)

ROW_S = 0.2  # seconds: about a syllable
BATCH_ROWS = 256  # rows of a minibatch: 51 s of sound
MAX_CLIP_S = 10.0  # that is heard of a clip, so that one long clip is not all there is


def paired_rows(first: Layers, second: Layers, clips: Iterable[np.ndarray]) -> Iterator[Batch]:
    """Minibatches of rows, both encoders' for the same moments.

    Args:
        first, second: how they hear.
        clips: (S,) each, at 16 kHz.
    """
    kept: list[Batch] = []
    num_short = 0
    for audio in clips:
        if not fills_a_row(audio):
            num_short += 1
            continue
        heard = audio[: round(MAX_CLIP_S * SAMPLE_RATE)]
        duration_s = len(heard) / SAMPLE_RATE
        one, two = (pool_frames(layers.hear(heard), layers.frame_shift_s, duration_s) for layers in (first, second))
        shared = min(one.shape[1], two.shape[1])
        kept.append((one[:, :shared], two[:, :shared]))
        if sum(rows.shape[1] for rows, _ in kept) >= BATCH_ROWS:
            yield _joined(kept)
            kept = []
    if sum(rows.shape[1] for rows, _ in kept) >= MIN_ROWS:
        yield _joined(kept)
    if num_short:
        log.warning("%d clips are shorter than %g s: layers are not compared on them", num_short, ROW_S)


def fills_a_row(audio: np.ndarray) -> bool:
    """Whether a clip (S,) is long enough to be heard."""
    return len(audio) >= ROW_S * SAMPLE_RATE


def pool_frames(layers: np.ndarray, frame_shift_s: float, duration_s: float, row_s: float = ROW_S) -> np.ndarray:
    """Means over whole stretches of `row_s`, (L, T, D) -> (L, N, D). A frame belongs where its middle is."""
    num_rows = int(duration_s / row_s + 1e-9)
    place = ((np.arange(layers.shape[1]) + 0.5) * frame_shift_s / row_s).astype(int)
    starts = np.searchsorted(place, np.arange(num_rows))
    ends = np.searchsorted(place, np.arange(num_rows), side="right")
    rows = [layers[:, start:end].mean(axis=1) for start, end in zip(starts, ends, strict=True) if end > start]
    return np.stack(rows, axis=1) if rows else layers[:, :0]


def _joined(kept: list[Batch]) -> Batch:
    return np.concatenate([one for one, _ in kept], axis=1), np.concatenate([two for _, two in kept], axis=1)
