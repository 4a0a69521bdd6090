"""Weights to start from, of a head that knows more classes than the model had."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from allears.model import MultiTaskModel  # noqa: E402
from allears.sharing.hard import hard  # noqa: E402
from allears.tasks.language import language  # noqa: E402
from allears.transfer.initial import initialise, is_model_folder  # noqa: E402


def test_old_classes_of_an_exported_head_answer_as_they_did(int8_folder: Path, tiny_model: MultiTaskModel) -> None:
    task = language(classes=("cs", "en", "de"), hidden=8)
    encoder = deepcopy(tiny_model.encoder)
    model = MultiTaskModel(encoder, hard(reads={"language": "mix"}, dim=64, num_layers=3), {"language": task}).eval()
    assert is_model_folder(int8_folder)
    count = initialise(model, int8_folder, ["heads.language", "sharing.mix.language"])
    assert count == len(model.heads["language"].state_dict()) + 1
    audio, counts = 0.1 * torch.randn(1, 9_000), torch.tensor([9_000])
    with torch.no_grad():
        now, was = model(audio, counts)["language"], tiny_model(audio, counts)["language"]
    assert torch.allclose(now[:, [2, 1]], was[:, [0, 1]], atol=1e-4)
    with pytest.raises(ValueError, match="neither model has a part called"):
        initialise(model, int8_folder, ["heads", "sharing", "encoder.layers.0.fc3"])
