"""An encoder that was exported already: frozen, int8, run by onnxruntime inside a training run.

For training heads on exactly the features the runtime will give them; several times faster than the torch encoder.
Nothing of it is trained. Frames of a clip are computed on its real length, so padding cannot matter.

Letters: B clips, S samples, L layers, T frames, D width.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn

from allears.encoders import ENCODERS
from allears.encoders.base import Hidden
from allears.encoders.frame_cache import FrameCache
from allears.runtime.onnx_file import read_packed
from allears.spec import METADATA_KEY, ModelSpec

__all__ = ["ExportedEncoder", "exported"]


class ExportedEncoder(nn.Module):
    """The `encoder.onnx` of a model folder. Attributes as every `Encoder`; `folder` is where it came from."""

    def __init__(
        self,
        folder: str | Path,
        num_threads: int = 0,
        cache: str | Path | None = None,
        only_last: bool = False,
    ) -> None:
        super().__init__()
        self.folder = Path(folder)
        path = self.folder / "encoder.onnx"
        if not path.is_file():
            raise ValueError(f"no exported encoder at {path}: give the folder that `allears export` wrote")
        options = ort.SessionOptions()
        options.intra_op_num_threads = num_threads
        options.log_severity_level = 3
        content = read_packed(path) or str(path)
        self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        text = self._session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
        if text is None:
            raise ValueError(f"{path} is not of allears (no {METADATA_KEY!r} in its metadata): export the model again")
        self.spec = ModelSpec.from_json(text)
        self._first = self.spec.num_layers - 1 if only_last else 0
        self.dim, self.num_layers = self.spec.dim, self.spec.num_layers - self._first
        self.frame_shift_s, self.tail_s = self.spec.frame_shift_s, self.spec.tail_s
        self._cache = None if cache is None else FrameCache(Path(cache) / "last" if only_last else cache, path)

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Frames of clips of `num_samples` samples, tail included, (B,) -> (B,)."""
        frame = round(self.frame_shift_s * self.spec.sample_rate)
        tail = round(self.tail_s * self.spec.sample_rate)
        return (num_samples + tail + frame - 1) // frame

    @torch.no_grad()
    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        counts = [audio.shape[1]] * len(audio) if num_samples is None else num_samples.tolist()
        rows = [
            torch.from_numpy(self._layers(clip[:count].numpy()))
            for clip, count in zip(audio.cpu(), counts, strict=True)
        ]
        frames = torch.tensor([row.shape[1] for row in rows])
        layers = torch.zeros(self.num_layers, len(rows), int(frames.max()), self.dim)
        for i, row in enumerate(rows):
            layers[:, i, : row.shape[1]] = row
        return Hidden(layers.to(audio.device), frames.to(audio.device))

    def _layers(self, clip: np.ndarray) -> np.ndarray:
        return self._run(clip) if self._cache is None else self._cache.get(clip, self._run)

    def _run(self, clip: np.ndarray) -> np.ndarray:
        """(S,) -> (L, T, D)"""
        return np.asarray(self._session.run(["layers"], {"audio": clip[None]})[0][self._first :, 0])


@ENCODERS.register
def exported(*, model: str, num_threads: int = 0, cache: str | None = None, only_last: bool = False) -> ExportedEncoder:
    """The frozen encoder of a model folder; `cache` is a folder for its frames (see `frame_cache.py`).

    Args:
        model: the folder.
        num_threads: of onnxruntime; 0 for its own choice.
        cache: folder of kept frames; none are kept if left out.
        only_last: give (and keep) the last layer alone, for tasks that read no other: text decoders.
    """
    return ExportedEncoder(model, num_threads, cache, only_last)
