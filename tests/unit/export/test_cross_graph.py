"""What a text decoder reads of a clip goes through its task's part of the sharing, in the exported file as in torch.

Letters: L layers, T frames, D width.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch")

from allears.encoders.base import Hidden  # noqa: E402
from allears.export.graphs import CrossGraph  # noqa: E402
from allears.export.onnx_files import export_cross  # noqa: E402
from allears.parts.attention_decoder import AttentionDecoder  # noqa: E402
from allears.sharing.mmoe import mmoe  # noqa: E402


def test_cross_projections_hear_the_sharing(tmp_path: Path) -> None:
    torch.manual_seed(0)
    sharing = mmoe(reads={"words": "last", "other": "mix"}, dim=8, num_layers=3, width=4)
    decoder = AttentionDecoder(dim=8, depth=2, num_heads=2, vocab_size=20)
    with torch.no_grad():
        for parameter in sharing.parameters():
            parameter.normal_(std=0.5)
    graph = CrossGraph(sharing, decoder, "words").eval()
    export_cross(graph, 3, 8, tmp_path / "cross.onnx")
    session = ort.InferenceSession(str(tmp_path / "cross.onnx"), providers=["CPUExecutionProvider"])
    for num_frames in (2, 61):
        layers = torch.randn(3, 1, num_frames, 8)
        with torch.no_grad():
            truth = decoder.start(sharing(Hidden(layers, None), ["words"])["words"])
            plain = decoder.start(layers[-1])
        found = dict(
            zip([o.name for o in session.get_outputs()], session.run(None, {"layers": layers.numpy()}), strict=True)
        )
        for i in range(2):
            np.testing.assert_allclose(found[f"cross_key_{i}"].swapaxes(-1, -2), truth.cross_keys[i].numpy(), atol=1e-4)
            np.testing.assert_allclose(found[f"cross_value_{i}"], truth.cross_values[i].numpy(), atol=1e-4)
            assert not np.allclose(found[f"cross_value_{i}"], plain.cross_values[i].numpy(), atol=1e-2)
