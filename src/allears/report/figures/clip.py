"""A clip and its answers: the spectrogram, and under it, task by task, which frames and layers spoke for the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from allears.audio import SAMPLE_RATE
from allears.encoders.logmel import HOP, N_FFT, mel_filters
from allears.report.explain import Explained
from allears.report.figures.style import GRID, INK, MUTED, NEGATIVE, POSITIVE, color_of, drawing, plain_axes, to_picture
from allears.report.page import Picture

__all__ = ["draw_clip", "log_mel"]

_FLOOR_DB = 70.0  # below the loudest bin


def log_mel(audio: np.ndarray) -> np.ndarray:
    """Samples (S,) -> (80, M) mel power in dB below the clip's peak, a column every 10 ms. For the eye only."""
    padded = np.pad(audio.astype(np.float64), (N_FFT // 2, N_FFT // 2 + N_FFT))
    starts = np.arange(0, len(audio), HOP)
    frames = padded[starts[:, None] + np.arange(N_FFT)[None, :]] * np.hanning(N_FFT)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    decibels = 10.0 * np.log10(np.maximum(mel_filters() @ power.T, 1e-12))
    found: np.ndarray = np.maximum(decibels - decibels.max(), -_FLOOR_DB)
    return found


def draw_clip(
    audio: np.ndarray, explained: Mapping[str, Explained], frame_shift_s: float, *, name: str, order: Sequence[str]
) -> Picture:
    """`audio` (S,) over the tasks' rows; time is shared, layers are bars at the right of each row; `order` of tasks
    gives them their colours."""
    seconds = len(audio) / SAMPLE_RATE
    heights = [1.7, *([1.0] * len(explained))]
    with drawing(9.2, 1.9 + 1.02 * len(explained)) as figure:
        grid = figure.add_gridspec(len(heights), 2, height_ratios=heights, width_ratios=[5.2, 1.0])
        top = figure.add_subplot(grid[0, 0])
        top.imshow(
            log_mel(audio),
            origin="lower",
            aspect="auto",
            cmap="magma",
            extent=(0.0, seconds, 0.0, 80.0),
            interpolation="nearest",
        )
        plain_axes(top, has_grid=False)
        top.set_yticks([])
        top.set_ylabel("mel bands")
        top.tick_params(labelbottom=False)
        for row, found in enumerate(explained.values(), start=1):
            time = figure.add_subplot(grid[row, 0], sharex=top)
            _time(time, found, frame_shift_s, color_of(order.index(found.task)))
            time.tick_params(labelbottom=row == len(explained))
            _layers(figure.add_subplot(grid[row, 1]), found, is_last=row == len(explained))
        time_axes = figure.axes[-2] if explained else top
        time_axes.set_xlabel("seconds")
        top.set_xlim(0, seconds)
        alt = "; ".join(f"{task}: {found.answer}" for task, found in explained.items())
        return to_picture(figure, "clip", f"What {name} was heard by", alt)


def _time(axes: Axes, found: Explained, frame_shift_s: float, colour: str) -> None:
    """Relevance a frame (sum over layers), its strongest frame at 1, and the pooling's attention as a line."""
    frames = found.relevance.sum(0)
    scale = float(np.abs(frames).max()) or 1.0
    times = (np.arange(len(frames)) + 0.5) * frame_shift_s
    plain_axes(axes, title=f"{found.task}: {found.answer}", colour=colour, has_grid=False)
    axes.fill_between(times, np.maximum(frames, 0) / scale, color=POSITIVE, alpha=0.75, lw=0, step="mid")
    axes.fill_between(times, np.minimum(frames, 0) / scale, color=NEGATIVE, alpha=0.75, lw=0, step="mid")
    axes.axhline(0, color=GRID, lw=0.8)
    if found.attention is not None and found.attention.max() > 0:
        axes.plot(times, found.attention / found.attention.max(), color=INK, lw=0.9, alpha=0.8)
    axes.set_ylim(-1.1, 1.1)
    axes.set_yticks([])


def _layers(axes: Axes, found: Explained, *, is_last: bool) -> None:
    """Relevance a layer (sum over frames), as shares of all."""
    layers = found.relevance.sum(1)
    shares = layers / (np.abs(layers).sum() or 1.0)
    plain_axes(axes, has_grid=False)
    axes.bar(
        range(len(shares)),
        shares,
        color=[POSITIVE if share > 0 else NEGATIVE for share in shares],
        alpha=0.8,
        width=0.7,
    )
    axes.axhline(0, color=MUTED, lw=0.6)
    axes.set_xticks(range(len(shares)))
    axes.tick_params(labelbottom=is_last, labelsize=7.5)
    axes.set_yticks([])
    if is_last:
        axes.set_xlabel("layer")
